// Slack's mrkdwn as DOM nodes.

import { el } from "./dom.js";

const EMOJI = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", heart: "❤️", eyes: "👀", tada: "🎉", wave: "👋", pray: "🙏",
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", information_source: "ℹ️",
  bulb: "💡", seedling: "🌱", herb: "🌿", sunflower: "🌻", sparkles: "✨", star: "⭐", sun: "☀️", sunny: "☀️",
  smile: "😄", slightly_smiling_face: "🙂", blush: "😊", thinking_face: "🤔", relieved: "😌", cry: "😢",
  handshake: "🤝", people_hugging: "🫂", speech_balloon: "💬", thought_balloon: "💭", memo: "📝",
  pencil: "📝", pencil2: "✏️", book: "📖", books: "📚", bookmark: "🔖", calendar: "📅", date: "📅",
  spiral_calendar_pad: "🗓️", clock3: "🕒", alarm_clock: "⏰", hourglass: "⌛", bell: "🔔", no_bell: "🔕",
  lock: "🔒", shield: "🛡️", key: "🔑", gear: "⚙️", wrench: "🔧", mag: "🔍", link: "🔗", pushpin: "📌",
  chart_with_upwards_trend: "📈", bar_chart: "📊", large_green_circle: "🟢", large_blue_circle: "🔵",
  white_circle: "⚪", black_circle: "⚫", arrow_right: "➡️", arrow_left: "⬅️", raised_hands: "🙌",
  clap: "👏", muscle: "💪", tea: "🍵", coffee: "☕", house: "🏠", hospital: "🏥", stethoscope: "🩺",
  blue_heart: "💙", green_heart: "💚", yellow_heart: "💛", ear: "👂", compass: "🧭", question: "❓",
  ballot_box_with_check: "☑️", wastebasket: "🗑️", lotus_position: "🧘", ocean: "🌊", rainbow: "🌈",
};

export const emoji = (name) => EMOJI[name.split("::")[0]] ?? `:${name}:`;
export const emojiNames = Object.keys(EMOJI);

export const unescape = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
const emojis = (text) => text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] ?? all);

export const safeUrl = (url) => (/^(https?:|mailto:)/i.test(url) ? url : null);

export function link(url, label) {
  const href = safeUrl(url);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, label) : label;
}

export function date(seconds, format, zone) {
  const when = new Date(seconds * 1000);
  const part = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }).format(when);
  const long = part({ day: "numeric", month: "long", year: "numeric" });
  const short = part({ day: "numeric", month: "short", year: "numeric" });
  const time = part({ hour: "2-digit", minute: "2-digit" });
  return format
    .replaceAll("{date_long}", part({ weekday: "long", day: "numeric", month: "long", year: "numeric" }))
    .replaceAll("{date_long_pretty}", part({ weekday: "long", day: "numeric", month: "long" }))
    .replaceAll("{date_short}", short).replaceAll("{date_short_pretty}", short)
    .replaceAll("{date}", long).replaceAll("{date_pretty}", long)
    .replaceAll("{date_num}", part({ year: "numeric", month: "2-digit", day: "2-digit" }))
    .replaceAll("{time_secs}", part({ hour: "2-digit", minute: "2-digit", second: "2-digit" }))
    .replaceAll("{time}", time);
}

function token(inner, world) {
  const [target, label] = inner.split(/\|(.*)/s);
  if (target.startsWith("@")) {
    return el("span", { class: "mention" }, "@" + world.nameOf(target.slice(1)));
  }
  if (target.startsWith("#")) {
    return el("span", { class: "mention" }, "#" + (label || world.channelName(target.slice(1))));
  }
  if (target.startsWith("!date^")) {
    const [, seconds, format] = target.split("^");
    return date(Number(seconds), format, world.zone);
  }
  if (target.startsWith("!")) {
    return el("span", { class: "mention" }, unescape(label || "@" + target.slice(1).split("^")[0]));
  }
  if (!safeUrl(target)) return unescape(`<${inner}>`);
  return link(unescape(target), unescape(label ?? target.replace(/^mailto:/, "")));
}

// Order matters: what stands first wins where two could begin.
const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]*[^_\s])_(?!\w)|(?<![\w~])~(?=\S)([^~\n]*[^~\s])~(?![\w~])/;

function inline(text, world) {
  const nodes = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    if (found.index) nodes.push(emojis(unescape(rest.slice(0, found.index))));
    const [all, code, angle, bold, italic, strike] = found;
    if (code !== undefined) nodes.push(el("code", {}, unescape(code)));
    else if (angle !== undefined) nodes.push(token(angle, world));
    else if (bold !== undefined) nodes.push(el("strong", {}, inline(bold, world)));
    else if (italic !== undefined) nodes.push(el("em", {}, inline(italic, world)));
    else if (strike !== undefined) nodes.push(el("s", {}, inline(strike, world)));
    rest = rest.slice(found.index + all.length);
  }
  if (rest) nodes.push(emojis(unescape(rest)));
  return nodes;
}

export function mrkdwn(text, world) {
  const nodes = [];
  const pieces = text.split("```");
  for (let [i, piece] of pieces.entries()) {
    if (i % 2) {
      nodes.push(el("pre", {}, unescape(piece.replace(/^\n|\n$/g, ""))));
      continue;
    }
    if (i) piece = piece.replace(/^\n/, "");
    if (i < pieces.length - 1) piece = piece.replace(/\n$/, "");
    if (!piece) continue;
    let quote = null;
    const lines = piece.split("\n");
    lines.forEach((line, n) => {
      const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
      if (quoted) {
        if (quote) quote.append(el("br"));
        else nodes.push((quote = el("blockquote")));
        quote.append(...inline(quoted[1], world));
        return;
      }
      const afterQuote = quote !== null;
      quote = null;
      if (n && !afterQuote) nodes.push(el("br"));
      nodes.push(...inline(line, world));
    });
  }
  return nodes;
}

export function plain(text) {
  return text.split("\n").flatMap((line, i) => (i ? [el("br"), emojis(line)] : [emojis(line)]));
}

// A text object of either kind.
export const textOf = (object, world) =>
  object.type === "mrkdwn" ? mrkdwn(object.text, world) : plain(object.text);
