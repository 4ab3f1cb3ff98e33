// Draws Block Kit. `ctx` says where: {surface, key, values, errors, world, act, ask}
//   values   what is filled in, by "block_id/action_id"
//   act(element, block, change)   sends a block action

import { el, sendable } from "./dom.js";
import { date, emoji, link, plain, safeUrl, textOf } from "./mrkdwn.js";

let serial = 0;
const nextId = () => `f${++serial}`;

export function drawBlocks(blocks, ctx) {
  return blocks.map((block) => (DRAW[block.type] ?? unknown)(block, ctx));
}

const unknown = (block) => el("p", { class: "hint" }, `(a block of type ${block.type})`);

const DRAW = {
  header: (block, ctx) => el(ctx.surface === "home" ? "h2" : "h3", { class: "b-header" }, plain(block.text.text)),
  divider: () => el("hr", { class: "b-divider" }),
  section: (block, ctx) =>
    el("div", { class: "b-section" },
      el("div", { class: "b-section-body" },
        block.text ? el("div", { class: "b-text" }, textOf(block.text, ctx.world)) : null,
        block.fields ? el("div", { class: "b-fields" },
          block.fields.map((field) => el("div", {}, textOf(field, ctx.world)))) : null),
      block.accessory ? el("div", { class: "b-accessory" }, element(block.accessory, block, ctx)) : null),
  context: (block, ctx) =>
    el("div", { class: "b-context" }, block.elements.map((item) =>
      item.type === "image" ? picture(item, "b-context-image") : el("span", {}, textOf(item, ctx.world)))),
  actions: (block, ctx) =>
    el("div", { class: "b-actions" }, block.elements.map((item) => element(item, block, ctx))),
  image: (block) =>
    el("figure", { class: "b-image" },
      block.title ? el("figcaption", {}, plain(block.title.text)) : null, picture(block, "")),
  input: (block, ctx) => input(block, ctx),
  rich_text: (block, ctx) => el("div", { class: "b-text" }, block.elements.map((part) => rich(part, ctx))),
  markdown: (block) => el("div", { class: "b-text pre-wrap" }, block.text),
};

// Pictures come from this server only. Anything else is shown by its description.
function picture(item, cls) {
  const file = item.slack_file?.id;
  const source = file ? `/files/${encodeURIComponent(file)}/picture` : item.image_url;
  if (file || source?.startsWith(location.origin) || source?.startsWith("data:image/")) {
    return el("img", { src: source, alt: item.alt_text, class: cls });
  }
  return el("span", { class: "no-picture", role: "img", "aria-label": item.alt_text }, `🖼 ${item.alt_text}`);
}

function rich(part, ctx) {
  const inlines = (items) => items.map((item) => richInline(item, ctx));
  if (part.type === "rich_text_list") {
    const list = el(part.style === "ordered" ? "ol" : "ul", { class: "b-list" },
      part.elements.map((row) => el("li", {}, inlines(row.elements))));
    list.style.marginInlineStart = `${1.4 + 1.4 * (part.indent ?? 0)}em`;
    return list;
  }
  if (part.type === "rich_text_quote") return el("blockquote", {}, inlines(part.elements));
  if (part.type === "rich_text_preformatted") return el("pre", {}, inlines(part.elements));
  return el("div", {}, inlines(part.elements));
}

function richInline(item, ctx) {
  const text = {
    text: () => plain(item.text),
    link: () => link(item.url, item.text ?? item.url),
    emoji: () => emoji(item.name),
    user: () => el("span", { class: "mention" }, "@" + ctx.world.nameOf(item.user_id)),
    channel: () => el("span", { class: "mention" }, "#" + ctx.world.channelName(item.channel_id)),
    broadcast: () => el("span", { class: "mention" }, "@" + item.range),
    date: () => date(item.timestamp, item.format, ctx.world.zone),
  }[item.type]?.() ?? "";
  const style = item.style ?? {};
  let node = text;
  for (const [name, tag] of [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"]]) {
    if (style[name]) node = el(tag, {}, node);
  }
  return node;
}

// Inputs

function input(block, ctx) {
  const item = block.element;
  const group = /^(radio_buttons|checkboxes|multi_.*)$/.test(item.type);
  const id = nextId();
  const error = ctx.errors[block.block_id];
  const said = [block.hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(" ");
  const control = element(item, block, ctx, {
    id, "aria-describedby": said || undefined, "aria-invalid": error && !group ? "true" : undefined,
    "aria-required": block.optional || group ? undefined : "true",
  });
  const name = [plain(block.label.text), block.optional ? el("span", { class: "optional" }, " (optional)") : null];
  return el(group ? "fieldset" : "div",
    { class: "b-input" + (error ? " invalid" : ""), "data-block": block.block_id, "aria-describedby": group ? said || undefined : undefined },
    group ? el("legend", {}, name) : el("label", { for: id }, name),
    control,
    error ? el("p", { class: "error", id: `${id}-error`, role: "alert" }, error) : null,
    block.hint ? el("p", { class: "hint", id: `${id}-hint` }, plain(block.hint.text)) : null);
}

function element(item, block, ctx, extra = {}) {
  const place = `${block.block_id}/${item.action_id}`;
  const inForm = block.type === "input";
  const change = (value) => {
    ctx.values[place] = value;
    if (!inForm || block.dispatch_action) send({ selected: value });
  };
  const send = async (what, control) => {
    if (item.confirm && !(await ctx.ask(item.confirm))) return;
    if (control) control.setAttribute("aria-busy", "true");
    await ctx.act({ action_id: item.action_id, block_id: block.block_id, ...what });
    if (control) control.removeAttribute("aria-busy");
  };
  const value = place in ctx.values ? ctx.values[place] : null;
  const label = inForm || item.type.startsWith("multi_") ? {} : { "aria-label": item.placeholder?.text ?? item.type.replaceAll("_", " ") };
  const common = { ...label, ...extra, "data-place": place, "data-focus": item.focus_on_load };
  const draw = ELEMENT[item.type];
  return draw ? draw(item, { value, change, send, common, ctx, inForm }) : unknown(item);
}

const ELEMENT = {
  button: (item, { send, ctx, common }) => {
    const cls = `button ${item.style ?? ""}`;
    const busy = (event) => { if (event.currentTarget.getAttribute("aria-busy") !== "true") send({ value: item.value }, event.currentTarget); };
    const props = { class: cls, "aria-label": item.accessibility_label, "data-place": common["data-place"] };
    if (item.url) {
      return el("a", { ...props, href: safeUrl(item.url), target: "_blank", rel: "noopener noreferrer", onclick: busy }, plain(item.text.text));
    }
    return el("button", { ...props, type: "button", onclick: busy }, plain(item.text.text));
  },
  image: (item) => picture(item, "b-thumb"),
  overflow: (item, { send, common }) => {
    const menu = el("details", { class: "overflow" });
    menu.append(
      el("summary", { class: "button", "aria-label": "More actions", "data-place": common["data-place"] }, "⋯"),
      el("div", { class: "menu", role: "menu" }, item.options.map((option) =>
        el("button", { type: "button", role: "menuitem", onclick: () => { menu.open = false; send({ selected: option.value }); } },
          plain(option.text.text)))));
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; event.stopPropagation(); } });
    menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
    return menu;
  },
  plain_text_input: (item, { value, change, common, ctx, inForm }) => {
    const most = item.max_length ?? 3000;
    const count = el("span", { class: "count", "aria-hidden": "true" });
    const recount = (text) => { count.textContent = most - text.length <= 200 ? String(most - text.length) : ""; };
    const control = el(item.multiline ? "textarea" : "input", {
      ...common, type: item.multiline ? undefined : "text", rows: item.multiline ? 5 : undefined, class: "field",
      placeholder: item.placeholder?.text, maxlength: most, value: value ?? "", autocomplete: "off",
      oninput: (event) => { ctx.values[common["data-place"]] = event.target.value; recount(event.target.value); },
      onkeydown: (event) => { if (event.key === "Enter" && !item.multiline) { event.preventDefault(); change(event.target.value); ctx.submit?.(); } },
    });
    recount(value ?? "");
    return el("div", { class: "with-count" }, control, count);
  },
  email_text_input: (item, kit) => typed("email", item, kit),
  url_text_input: (item, kit) => typed("url", item, kit),
  file_input: (item, { value, common, ctx }) => {
    const names = el("span", { class: "chosen" }, (value ?? []).map((file) => file.name).join(", "));
    const control = el("input", { ...common, type: "file", class: "field", multiple: (item.max_files ?? 10) > 1,
      accept: item.filetypes?.map((ending) => `.${ending}`).join(","),
      onchange: async (event) => {
        ctx.values[common["data-place"]] = await Promise.all([...event.target.files].map(sendable));
        names.textContent = "";
      } });
    return el("div", {}, control, names);
  },
  number_input: (item, kit) => typed("text", item, { ...kit, common: { ...kit.common, inputmode: "decimal" } }),
  datepicker: (item, kit) => typed("date", item, kit),
  timepicker: (item, kit) => typed("time", item, kit),
  datetimepicker: (item, kit) => {
    const local = kit.value ? new Date(kit.value * 1000 - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 16) : "";
    return el("input", { ...kit.common, type: "datetime-local", class: "field", value: local,
      onchange: (event) => kit.change(event.target.value ? Math.floor(new Date(event.target.value) / 1000) : null) });
  },
  static_select: (item, kit) => select(item, kit, groups(item)),
  users_select: (item, kit) => select(item, kit, [[null, kit.ctx.world.people.map((p) => [p.id, p.name])]]),
  channels_select: (item, kit) => select(item, kit, [[null, kit.ctx.world.channels.filter((c) => !c.is_im).map((c) => [c.id, "#" + c.name])]]),
  conversations_select: (item, kit) => select(item, kit, [[null, kit.ctx.world.channels.filter((c) => !c.is_im).map((c) => [c.id, "#" + c.name])]]),
  multi_static_select: (item, kit) => many(item, kit, groups(item).flatMap(([, rows]) => rows)),
  multi_users_select: (item, kit) => many(item, kit, kit.ctx.world.people.map((p) => [p.id, p.name])),
  multi_channels_select: (item, kit) => many(item, kit, kit.ctx.world.channels.filter((c) => !c.is_im).map((c) => [c.id, "#" + c.name])),
  multi_conversations_select: (item, kit) => many(item, kit, kit.ctx.world.channels.filter((c) => !c.is_im).map((c) => [c.id, "#" + c.name])),
  radio_buttons: (item, kit) => choices("radio", item, kit),
  checkboxes: (item, kit) => choices("checkbox", item, kit),
};

const typed = (type, item, { value, change, common, ctx, inForm }) =>
  el("input", { ...common, type, class: "field short", value: value ?? "", placeholder: item.placeholder?.text, autocomplete: "off",
    oninput: (event) => { ctx.values[common["data-place"]] = event.target.value || null; },
    onchange: (event) => change(event.target.value || null) });

const rows = (options) => options.map((option) => [option.value, option.text.text]);
const groups = (item) => item.option_groups
  ? item.option_groups.map((group) => [group.label.text, rows(group.options)]) : [[null, rows(item.options)]];

function select(item, { value, change, common, inForm }, sections) {
  const draw = (pairs) => pairs.map(([id, name]) => el("option", { value: id, selected: id === value }, name));
  const control = el("select", { ...common, class: "field short", onchange: (event) => change(event.target.value || null) },
    el("option", { value: "", disabled: !inForm }, item.placeholder?.text ?? "Choose an option"),
    sections.map(([label, pairs]) => (label ? el("optgroup", { label }, draw(pairs)) : draw(pairs))));
  control.value = value ?? "";
  return control;
}

// A menu of many: a disclosure with tick boxes, which keyboard and screen reader users know well.
function many(item, { value, change, common }, pairs) {
  const chosen = new Set(value ?? []);
  const summary = el("summary", { ...common, class: "field short" });
  const say = () => {
    const names = pairs.filter(([id]) => chosen.has(id)).map(([, name]) => name);
    summary.textContent = names.join(", ") || item.placeholder?.text || "Choose options";
  };
  say();
  const menu = el("details", { class: "many" }, summary,
    el("div", { class: "menu", role: "group" }, pairs.map(([id, name]) =>
      el("label", { class: "choice" },
        el("input", { type: "checkbox", checked: chosen.has(id), onchange: (event) => {
          if (event.target.checked) chosen.add(id); else chosen.delete(id);
          say();
          change([...chosen]);
        } }), el("span", {}, plain(name))))));
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) { menu.open = false; summary.focus(); event.stopPropagation(); event.preventDefault(); }
  });
  menu.addEventListener("focusout", (event) => { if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false; });
  return menu;
}

function choices(type, item, { value, change, common, ctx, inForm }) {
  const group = nextId();
  const chosen = new Set(type === "radio" ? [value] : value ?? []);
  const first = item.options.findIndex((option) => chosen.has(option.value));
  return el("div", inForm ? { class: "choices" } : { class: "choices", role: "group", "aria-label": common["aria-label"] },
    item.options.map((option, i) =>
      el("label", { class: "choice" },
        el("input", { type, name: group, checked: chosen.has(option.value),
          id: i === Math.max(0, first) && inForm ? common.id : undefined, "data-place": `${common["data-place"]}#${i}`,
          onchange: (event) => {
            if (type === "radio") return change(option.value);
            if (event.target.checked) chosen.add(option.value); else chosen.delete(option.value);
            return change(item.options.map((o) => o.value).filter((v) => chosen.has(v)));
          } }),
        el("span", {}, textOf(option.text, ctx.world),
          option.description ? el("small", {}, textOf(option.description, ctx.world)) : null))));
}
