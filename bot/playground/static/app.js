// The page: one person's view of the playground. State comes from the server as snapshots; what a
// person does goes back as a POST. Nothing is kept here but drafts and where the person is.

import { drawBlocks } from "./blocks.js";
import { el, reconcile, sendable } from "./dom.js";
import { emoji, emojiNames, mrkdwn, plain, unescape } from "./mrkdwn.js";

const $ = (id) => document.getElementById(id);
const QUICK = ["+1", "heart", "eyes", "white_check_mark", "seedling", "tada"];

let state = null;
let stream = null;
const here = { channel: null, tab: "messages", thread: null, editing: null, firstNew: null };
const drafts = {};
const typed = {};

// Talking to the server

function listen(user) {
  stream?.close();
  stream = new EventSource(`/page/${encodeURIComponent(user)}/stream`);
  stream.onmessage = (event) => { state = JSON.parse(event.data); document.body.classList.remove("offline"); draw(); };
  stream.onerror = () => { document.body.classList.add("offline"); };
}

async function post(action, body) {
  try {
    const response = await fetch(`/page/${encodeURIComponent(state.me)}/${action}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { ok: false, error: "The playground is not running." };
  }
}

async function act(action, body, quiet) {
  const answer = await post(action, body);
  if (!answer.ok && !quiet) {
    toast(answer.error === "not_acknowledged" ? "This app didn’t respond. Please try again." : answer.error);
  }
  return answer;
}

let toastTimer;
function toast(text) {
  clearTimeout(toastTimer);
  $("toast").hidePopover();
  $("toast").showPopover(); // again, so that it lies above a modal opened since
  $("toast").textContent = text;
  toastTimer = setTimeout(() => $("toast").hidePopover(), 6000);
}

// What the drawing code needs to know of the world

const world = {
  get people() { return state.people; },
  get channels() { return state.channels; },
  get zone() { return state.people.find((p) => p.id === state.me)?.tz ?? "UTC"; },
  nameOf: (id) => (id === state.bot.id ? state.bot.name : state.people.find((p) => p.id === id)?.name ?? id),
  channelName: (id) => state.channels.find((c) => c.id === id)?.name ?? id,
};

const clock = (seconds, options) => new Intl.DateTimeFormat("en-GB", { timeZone: world.zone, ...options }).format(new Date(seconds * 1000));
const timeOf = (ts) => clock(Number(ts), { hour: "2-digit", minute: "2-digit" });
const dayOf = (ts) => clock(Number(ts), { weekday: "long", day: "numeric", month: "long" });
const current = () => state.channels.find((c) => c.id === here.channel) ?? state.channels[0];

// Drawing

// A button that is drawn anew between press and release hears no click: what arrives waits.
let pressed = false;
let waiting = false;
document.addEventListener("pointerdown", () => { pressed = true; }, true);
for (const end of ["pointerup", "pointercancel", "blur"]) {
  window.addEventListener(end, () => { pressed = false; if (waiting) setTimeout(draw); }, true);
}

function draw() {
  waiting = pressed;
  if (waiting) return;
  here.channel = current().id;
  drawBar();
  drawSidebar();
  drawMain();
  drawModal();
  const unread = state.channels.reduce((sum, channel) => sum + channel.unread, 0);
  document.title = `${unread ? `(${unread}) ` : ""}${world.nameOf(state.me)} · Playground`;
}

function stamped(container, key, value, build) {
  const stamp = JSON.stringify(value);
  if (container.dataset[key] === stamp) return;
  container.dataset[key] = stamp;
  const focused = container.contains(document.activeElement) ? document.activeElement.dataset.focusKey : null;
  container.replaceChildren(...build());
  if (focused) container.querySelector(`[data-focus-key="${CSS.escape(focused)}"]`)?.focus();
}

function drawBar() {
  const minute = Math.floor(state.now / 60);
  stamped($("bar"), "stamp", [minute, world.zone, state.time_machine, state.connected], () => [
    el("p", { class: "bar-note" }, el("strong", {}, "Playground"), el("span", { class: "bar-more" }, "a local stand-in, "), "nothing leaves this machine"),
    el("div", { class: "bar-time", role: "group", "aria-label": "Demo time" },
      el("span", {}, state.time_machine.length ? "Demo time " : "", el("time", {}, clock(state.now, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }))),
      state.time_machine.map((label, index) =>
        el("button", { type: "button", class: "bar-button", "data-focus-key": `time${index}`, onclick: async (event) => {
          const button = event.currentTarget;
          button.setAttribute("aria-busy", "true");
          await act("time", { index });
          button.removeAttribute("aria-busy");
        } }, label))),
    state.connected ? null : el("p", { class: "bar-warning", role: "status" }, "The app is not connected"),
  ].filter(Boolean));
}

const badge = (count) => (count ? el("span", { class: "badge" }, String(count), el("span", { class: "hidden" }, " unread")) : null);
const initials = (name) => name.split(/\s+/).map((part) => part[0]).join("").slice(0, 2).toUpperCase();
const tint = (id) => [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
const avatar = (id, name) => el("span", { class: `avatar tint${id === state.bot.id ? "-bot" : tint(id)}`, "aria-hidden": "true" }, initials(name));

function drawSidebar() {
  const rows = state.channels.map((c) => [c.id, c.name, c.is_im, c.unread]);
  stamped($("sidebar"), "stamp", [state.me, state.people, rows, here.channel, state.bot.name], () => [
    el("h2", { class: "side-title" }, "You are"),
    el("ul", { class: "side-list" }, state.people.map((person) => el("li", {},
      el("button", { type: "button", class: "side-row person", "aria-pressed": String(person.id === state.me), "data-focus-key": person.id, onclick: () => become(person.id) },
        avatar(person.id, person.name), el("span", { class: "side-name" }, person.name, person.is_lead ? el("small", {}, " lead") : null),
        person.id === state.me ? null : badge(person.unread))))),
    el("h2", { class: "side-title" }, "App"),
    el("ul", { class: "side-list" }, state.channels.filter((c) => c.is_im).map(channelRow)),
    el("h2", { class: "side-title" }, "Channels"),
    el("ul", { class: "side-list" }, state.channels.filter((c) => !c.is_im).map(channelRow)),
  ]);
}

// The sidebar is a menu where the screen is narrow.
function openMenu(open) {
  document.body.classList.toggle("menu-open", open);
  const button = document.querySelector(".menu-button");
  button?.setAttribute("aria-expanded", String(open));
  if (open) document.querySelector(".side-row[aria-current]")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !document.body.classList.contains("menu-open")) return;
  openMenu(false);
  document.querySelector(".menu-button").focus();
});

const channelRow = (channel) => el("li", {},
  el("button", { type: "button", class: "side-row" + (channel.unread ? " unread" : ""), "data-focus-key": channel.id,
    "aria-current": channel.id === here.channel ? "page" : undefined, onclick: () => go(channel.id) },
    channel.is_im ? avatar(state.bot.id, state.bot.name) : el("span", { class: "hash", "aria-hidden": "true" }, "#"),
    el("span", { class: "side-name" }, channel.is_im ? state.bot.name : channel.name), badge(channel.unread)));

function become(user) {
  const kept = current().is_im ? null : here.channel;
  here.channel = kept;
  here.thread = here.editing = null;
  openMenu(false);
  $("main").replaceChildren();
  delete $("main").dataset.place;
  delete $("sidebar").dataset.stamp;
  listen(user);
  history.replaceState(null, "", `#${user}`);
}

function go(channel) {
  here.channel = channel;
  here.tab = "messages";
  here.thread = here.editing = null;
  openMenu(false);
  draw();
  $("composer")?.focus();
}

function drawMain() {
  const channel = current();
  const place = [state.me, channel.id, here.tab].join(" ");
  if ($("main").dataset.place !== place) {
    $("main").dataset.place = place;
    here.firstNew = channel.messages.find((m) => m.user !== state.me && !m.is_ephemeral && m.ts > channel.last_read)?.ts ?? null;
    if (!channel.last_read) here.firstNew = null;
    $("main").replaceChildren(...frameOf(channel));
    $("main").dataset.fresh = "yes";
  }
  if (channel.is_im && here.tab === "home") return drawHome();
  return drawMessages(channel);
}

function frameOf(channel) {
  const title = channel.is_im ? state.bot.name : "#" + channel.name;
  const tabs = [["home", "Home"], ["messages", "Messages"]];
  return [
    el("div", { class: "head" },
      el("button", { type: "button", class: "menu-button", "aria-label": "People and channels", "aria-controls": "sidebar", "aria-expanded": "false", onclick: () => openMenu(!document.body.classList.contains("menu-open")) }, "☰"),
      el("h1", {}, title),
      channel.is_im ? el("div", { class: "tabs", role: "tablist", "aria-label": title }, tabs.map(([tab, label]) =>
        el("button", { type: "button", role: "tab", id: `tab-${tab}`, "aria-selected": String(here.tab === tab), "aria-controls": "panel", tabindex: here.tab === tab ? "0" : "-1",
          onclick: () => openTab(tab), onkeydown: (event) => { if (event.key.startsWith("Arrow")) openTab(tab === "home" ? "messages" : "home"); } }, label))) : null),
    channel.is_im && here.tab === "home"
      ? el("div", { id: "panel", class: "home", role: "tabpanel", "aria-labelledby": "tab-home", tabindex: "0" })
      : el("div", { id: "panel", class: "messages-wrap", role: channel.is_im ? "tabpanel" : undefined, "aria-labelledby": channel.is_im ? "tab-messages" : undefined },
        el("div", { id: "messages", class: "messages", role: "log", "aria-label": `Messages in ${title}`, tabindex: "0" }),
        composerOf(channel, title)),
  ];
}

function openTab(tab) {
  here.tab = tab;
  drawMain();
  $(`tab-${tab}`)?.focus();
  act("home", { tab }, true);
}

// Messages

function drawMessages(channel) {
  const list = $("messages");
  const atEnd = $("main").dataset.fresh || list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  delete $("main").dataset.fresh;
  const parts = [];
  let day = null;
  let previous = null;
  const top = channel.messages.filter((m) => !m.thread_ts || m.thread_ts === m.ts);
  for (const message of top) {
    if (dayOf(message.ts) !== day) {
      day = dayOf(message.ts);
      parts.push({ key: `day ${day}`, stamp: day, draw: () => el("h2", { class: "day" }, el("span", {}, dayOf(message.ts))) });
      previous = null;
    }
    if (message.ts === here.firstNew) {
      parts.push({ key: "new", stamp: "", draw: () => el("div", { class: "new-line", role: "separator", "aria-label": "New messages" }, el("span", {}, "New")) });
      previous = null;
    }
    const replies = channel.messages.filter((m) => m.thread_ts === message.ts && m.ts !== message.ts);
    const follows = previous && previous.user === message.user && !message.is_ephemeral && !previous.is_ephemeral && Number(message.ts) - Number(previous.ts) < 300;
    parts.push({ key: message.ts, stamp: JSON.stringify([message, replies, follows]), draw: () => messageOf(channel, message, replies, follows) });
    previous = message;
  }
  if (!parts.length) parts.push({ key: "empty", stamp: "", draw: () => el("p", { class: "empty" }, "Nothing here yet. Say hello, or type / to see what the app can do.") });
  const busy = list.contains(document.activeElement) ? document.activeElement : null;
  reconcile(list, parts);
  if (busy && !list.contains(busy)) (list.querySelector(`[data-place="${CSS.escape(busy.dataset.place ?? "")}"]`) ?? list).focus();
  if (atEnd) list.scrollTop = list.scrollHeight;
  const last = channel.messages.at(-1);
  if (channel.unread && last && document.visibilityState === "visible") act("read", { channel: channel.id, ts: last.ts }, true);
  $("thread-note")?.classList.toggle("shown", Boolean(here.thread || here.editing));
  if ($("thread-what")) $("thread-what").textContent = here.editing ? "Changing a message · " : "Replying in a thread · ";
}

function messageOf(channel, message, replies, follows) {
  const name = world.nameOf(message.user);
  const mine = message.user === state.me;
  return el("article", { class: "message" + (follows ? " follows" : "") + (message.is_ephemeral ? " ephemeral" : ""), "aria-label": `${name}, ${timeOf(message.ts)}` },
    follows ? el("time", { class: "margin-time" }, timeOf(message.ts)) : avatar(message.user, name),
    el("div", { class: "message-body" },
      message.is_ephemeral ? el("p", { class: "only-you" }, "👁 Only visible to you · ",
        el("button", { type: "button", class: "link", onclick: () => act("dismiss", { channel: channel.id, ts: message.ts }) }, "Dismiss")) : null,
      follows ? null : el("p", { class: "byline" }, el("strong", {}, name), message.user === state.bot.id ? el("span", { class: "app-tag" }, "APP") : null,
        el("time", {}, timeOf(message.ts))),
      el("div", { class: "content" }, contentOf(channel, message)),
      message.edited ? el("span", { class: "edited" }, "(edited)") : null,
      (message.files ?? []).map(fileOf),
      message.reactions?.length ? el("div", { class: "reactions" }, message.reactions.map((r) =>
        el("button", { type: "button", class: "reaction", "data-place": `${message.ts} ${r.name}`, "aria-pressed": String(r.users.includes(state.me)), "aria-label": `${r.name.replaceAll("_", " ")}, ${r.count}: ${r.users.map(world.nameOf).join(", ")}`,
          onclick: () => act("react", { name: r.name, ts: message.ts, channel: channel.id }) }, emoji(r.name), " ", String(r.count)))) : null,
      replies.length ? el("div", { class: "replies" }, replies.map((reply) => messageOf(channel, reply, [], false))) : null),
    message.is_ephemeral ? null : toolsOf(channel, message, mine));
}

function contentOf(channel, message) {
  if (!message.blocks?.length) return mrkdwn(message.text ?? "", world);
  const key = `${channel.id} ${message.ts}`;
  const values = { ...message.values };
  typed[key] = values;
  return drawBlocks(message.blocks, {
    surface: "message", values, errors: {}, world, ask,
    act: (what) => act("click", { ...what, message_ts: message.ts, values: changed(message, values) }),
  });
}

// Only what the person has filled in since; the server knows the rest.
const changed = (source, values) => Object.fromEntries(Object.entries(values).filter(([k, v]) => JSON.stringify(v) !== JSON.stringify((source.values ?? {})[k])));

function fileOf(file) {
  const url = new URL(file.url_private).pathname;
  return file.mimetype.startsWith("image/")
    ? el("figure", { class: "b-image" }, el("img", { src: url, alt: file.alt_txt ?? file.title }), el("figcaption", {}, file.title))
    : el("a", { class: "file", href: url, download: file.name }, `📄 ${file.title}`);
}

function toolsOf(channel, message, mine) {
  const pick = el("details", { class: "picker" },
    el("summary", { class: "tool", "aria-label": "Add a reaction" }, "☺"),
    el("div", { class: "menu emoji-menu", role: "group", "aria-label": "Reactions" }, QUICK.concat(emojiNames.filter((n) => !QUICK.includes(n)).slice(0, 18)).map((name) =>
      el("button", { type: "button", "aria-label": name.replaceAll("_", " "), onclick: () => { pick.open = false; act("react", { name, ts: message.ts, channel: channel.id }); } }, emoji(name)))));
  pick.addEventListener("keydown", (event) => { if (event.key === "Escape") { pick.open = false; pick.firstChild.focus(); } });
  pick.addEventListener("focusout", (event) => { if (!pick.contains(event.relatedTarget)) pick.open = false; });
  const shortcuts = state.shortcuts.filter((s) => s.type === "message");
  return el("div", { class: "tools", role: "group", "aria-label": "Message actions" }, pick,
    el("button", { type: "button", class: "tool", "aria-label": "Reply in a thread", onclick: () => { here.thread = message.thread_ts ?? message.ts; drawMain(); $("composer").focus(); } }, "↩"),
    shortcuts.map((s) => el("button", { type: "button", class: "tool", onclick: () => act("shortcut", { callback_id: s.callback_id, message_ts: message.ts, channel: channel.id }) }, s.name)),
    mine ? el("button", { type: "button", class: "tool", "aria-label": "Change the message", onclick: () => change(message) }, "✎") : null,
    mine ? el("button", { type: "button", class: "tool", "aria-label": "Delete the message", onclick: () => act("delete", { ts: message.ts, channel: channel.id }) }, "🗑") : null);
}

// Changing what one wrote, in the message box

function change(message) {
  here.thread = null;
  here.editing = message.ts;
  const box = $("composer");
  box.value = unescape(message.text ?? "");
  box.dispatchEvent(new Event("input"));
  drawMain();
  box.focus();
}

function notChanging() {
  const box = $("composer");
  if (here.editing) {
    box.value = "";
    box.dispatchEvent(new Event("input"));
  }
  here.thread = here.editing = null;
  drawMain();
  box.focus();
}

// The message box, with slash commands

function composerOf(channel, title) {
  const key = `${state.me} ${channel.id}`;
  const menu = el("ul", { id: "commands", class: "commands", role: "listbox", "aria-label": "Commands", hidden: true });
  let options = [];
  let chosen = 0;
  const globals = state.shortcuts.filter((s) => s.type === "global").map((s) => ({ name: s.name, hint: "", what: s.description, shortcut: s.callback_id }));
  const box = el("textarea", {
    id: "composer", rows: "1", class: "composer", placeholder: `Message ${title}`, "aria-label": `Message ${title}`, "aria-autocomplete": "list", "aria-haspopup": "listbox", "aria-controls": "commands",
    value: drafts[key] ?? "",
    oninput: () => { drafts[key] = box.value; grow(); suggest(); },
    onkeydown: (event) => {
      if (!menu.hidden && ["ArrowDown", "ArrowUp"].includes(event.key)) {
        event.preventDefault();
        chosen = (chosen + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length;
        mark();
      } else if (!menu.hidden && event.key === "Escape") { event.stopPropagation(); close(); }
      else if (event.key === "Escape" && (here.thread || here.editing)) { event.stopPropagation(); notChanging(); }
      else if (event.key === "ArrowUp" && !box.value) {
        const last = current().messages.findLast((m) => m.user === state.me && !m.is_ephemeral);
        if (last) { event.preventDefault(); change(last); }
      }
      else if (!menu.hidden && (event.key === "Tab" || (event.key === "Enter" && box.value !== options[chosen].name))) { event.preventDefault(); choose(chosen); }
      else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    },
    onblur: () => setTimeout(close, 150),
  });
  const grow = () => { box.style.height = "auto"; box.style.height = `${Math.min(box.scrollHeight + 2, 220)}px`; };
  const close = () => { menu.hidden = true; box.removeAttribute("aria-activedescendant"); };
  const mark = () => {
    [...menu.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === chosen)));
    box.setAttribute("aria-activedescendant", `command-${chosen}`);
  };
  const suggest = () => {
    options = /^\/[^\s]*$/.test(box.value) ? [...state.commands, ...globals].filter((c) => c.name.startsWith(box.value) || (c.shortcut && c.name.toLowerCase().includes(box.value.slice(1).toLowerCase()))) : [];
    if (!options.length) return close();
    chosen = 0;
    menu.replaceChildren(...options.map((c, i) => el("li", { role: "option", id: `command-${i}`, onmousedown: (event) => { event.preventDefault(); choose(i); } },
      el("strong", {}, c.name), " ", el("code", {}, c.hint), el("small", {}, c.what))));
    menu.hidden = false;
    mark();
  };
  const choose = (i) => {
    const option = options[i];
    box.value = option.shortcut ? "" : option.name + " ";
    drafts[key] = box.value;
    close();
    box.focus();
    if (option.shortcut) act("shortcut", { callback_id: option.shortcut });
  };
  const send = async () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = drafts[key] = "";
    close();
    grow();
    $("messages").scrollTop = $("messages").scrollHeight;
    const { thread, editing } = here;
    here.thread = here.editing = null;
    here.firstNew = null;
    if (editing) {
      drawMain();
      return act("edit", { ts: editing, text, channel: channel.id });
    }
    $("main").dataset.fresh = "yes";
    if (text.startsWith("/")) {
      const [, name, rest] = /^(\S+)\s*(.*)$/s.exec(text);
      if (!state.commands.some((c) => c.name === name)) return toast(`${name} is not a command here. Type / to see the commands.`);
      return act("command", { command: name, text: rest, channel: channel.id });
    }
    return act("say", { text, channel: channel.id, thread_ts: thread });
  };
  const attach = async () => {
    const files = await Promise.all([...picker.files].map(sendable));
    const text = box.value.trim();
    const thread = here.thread;
    picker.value = box.value = drafts[key] = "";
    here.thread = null;
    if (files.length) await act("say", { text, channel: channel.id, thread_ts: thread, files });
  };
  const picker = el("input", { type: "file", multiple: true, hidden: true, id: "files", onchange: attach });
  requestAnimationFrame(grow);
  return el("form", { class: "compose", onsubmit: (event) => { event.preventDefault(); send(); } },
    el("p", { id: "thread-note", class: "thread-note" }, el("span", { id: "thread-what" }), el("button", { type: "button", class: "link", onclick: notChanging }, "Cancel")),
    menu, picker, el("div", { class: "compose-box" }, el("button", { type: "button", class: "attach", "aria-label": "Attach a file", onclick: () => picker.click() }, "+"), box, el("button", { type: "submit", class: "send", "aria-label": "Send" }, "➤")));
}

// App Home

function drawHome() {
  const home = state.home;
  stamped($("panel"), "stamp", home && [home.hash, home.errors], () => {
    if (!home) return [el("p", { class: "empty" }, "The app has not drawn its Home yet.")];
    const values = { ...home.values, ...typed[home.id] };
    for (const place of Object.keys(values)) if (!(place in home.values)) delete values[place];
    typed[home.id] = values;
    return [el("div", { class: "home-body" }, drawBlocks(home.blocks, {
      surface: "home", values, errors: {}, world, ask,
      act: (what) => act("click", { ...what, home: true, values: changed(home, values) }),
    }))];
  });
}

// Modals

let modalOpener = null;

function drawModal() {
  const dialog = $("modal");
  const view = state.stack.at(-1);
  if (!view) {
    if (dialog.open) {
      dialog.close();
      dialog.replaceChildren();
      delete dialog.dataset.stamp;
      if (modalOpener?.isConnected) modalOpener.focus();
      else $("composer")?.focus();
    }
    return;
  }
  const stamp = JSON.stringify([view.id, view.hash, view.errors, state.stack.length]);
  if (dialog.dataset.stamp === stamp) return;
  const same = dialog.dataset.view === view.id;
  dialog.dataset.stamp = stamp;
  dialog.dataset.view = view.id;
  if (!dialog.open) modalOpener = document.activeElement;
  const focused = same ? document.activeElement?.dataset.place : null;
  const scrolled = same ? dialog.querySelector(".modal-body")?.scrollTop : 0;
  dialog.replaceChildren(modalOf(view));
  if (!dialog.open) dialog.showModal();
  const invalid = dialog.querySelector(".invalid input, .invalid textarea, .invalid select");
  const target = invalid ?? (focused && dialog.querySelector(`[data-place="${CSS.escape(focused)}"]`))
    ?? dialog.querySelector("[data-focus]") ?? dialog.querySelector(".modal-body :is(input, textarea, select)")
    ?? dialog.querySelector(".modal-foot .primary, .modal-foot .button");
  dialog.querySelector(".modal-body").scrollTop = scrolled;
  target?.focus({ preventScroll: same && !invalid });
}

function modalOf(view) {
  const values = { ...view.values, ...typed[view.id] };
  for (const place of Object.keys(values)) if (!(place in view.values)) delete values[place];
  typed[view.id] = values;
  const close = (everything) => act("close", { everything });
  const problem = el("p", { class: "modal-problem", role: "alert" });
  const submit = async (event) => {
    event?.preventDefault();
    const button = form.querySelector(".modal-foot .primary");
    if (!button || button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    problem.textContent = "";
    const answer = await act("submit", { view_id: view.id, values: changed(view, values) }, true);
    button.removeAttribute("aria-busy");
    if (answer.errors) return showErrors(form, answer.errors);
    if (!answer.ok) problem.textContent = answer.error === "not_acknowledged" ? "We had some trouble connecting. Try again?" : answer.error;
  };
  const ctx = {
    surface: "modal", values, errors: view.errors, world, ask, submit: () => submit(),
    act: (what) => act("click", { ...what, view_id: view.id, values: changed(view, values) }),
  };
  const deep = state.stack.length > 1;
  const closeText = view.close?.text ?? (deep ? "Back" : "Close");
  const form = el("form", { class: "modal-form", novalidate: true, onsubmit: submit },
    el("div", { class: "modal-head" },
      deep ? el("button", { type: "button", class: "icon-button", "aria-label": "Back", onclick: () => close(false) }, "‹") : null,
      el("h2", { id: "modal-title" }, plain(view.title.text)),
      el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: () => close(true) }, "✕")),
    el("div", { class: "modal-body" }, drawBlocks(view.blocks, ctx)),
    problem,
    el("div", { class: "modal-foot" },
      el("button", { type: "button", class: "button", onclick: () => close(false) }, closeText),
      view.submit ? el("button", { type: "submit", class: "button primary" }, plain(view.submit.text)) : null));
  return form;
}

function showErrors(form, errors) {
  form.querySelectorAll(".error.local").forEach((old) => old.remove());
  form.querySelectorAll(".b-input").forEach((box) => {
    const why = errors[box.dataset.block];
    box.classList.toggle("invalid", Boolean(why));
    if (!why) return;
    const id = `local-${box.dataset.block}`;
    box.append(el("p", { class: "error local", role: "alert", id }, why));
    const control = box.querySelector("input, textarea, select, summary");
    if (control.tagName !== "SUMMARY") control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", id);
  });
  form.querySelector(".invalid :is(input, textarea, select, summary)")?.focus();
}

$("modal").addEventListener("cancel", (event) => { event.preventDefault(); act("close", { everything: false }); });

function ask(confirm) {
  const dialog = $("confirm");
  return new Promise((answer) => {
    const end = (yes) => { dialog.close(); answer(yes); };
    dialog.oncancel = () => answer(false);
    dialog.replaceChildren(
      el("div", { class: "modal-head" }, el("h2", { id: "confirm-title" }, plain(confirm.title.text))),
      el("div", { class: "modal-body" }, confirm.text.type === "mrkdwn" ? mrkdwn(confirm.text.text, world) : plain(confirm.text.text)),
      el("div", { class: "modal-foot" },
        el("button", { type: "button", class: "button", onclick: () => end(false) }, confirm.deny.text),
        el("button", { type: "button", class: `button ${confirm.style ?? "primary"}`, onclick: () => end(true) }, confirm.confirm.text)));
    dialog.showModal();
  });
}

document.addEventListener("visibilitychange", () => { if (state && document.visibilityState === "visible") draw(); });

const start = await fetch("/page/people").then((answer) => answer.json());
const wanted = decodeURIComponent(location.hash.slice(1));
listen(start.includes(wanted) ? wanted : start[0]);
