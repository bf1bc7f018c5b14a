// A neutral reply of the bot (bot/reply.py) as a card: the short answer first, each line with its cites, then what can be done next.
import { STEER, UNHELPFUL } from "./given.js";
import { button, el, unseen } from "./dom.js";
import { citeLabel, hasText } from "./cites.js";
import { link, phone, rich } from "./links.js";
import { timeline } from "./timeline.js";
import { otherLanguage, say } from "./words.js";

const FILES = /^result:(pdf|docx|ics)$/;

/**
 * The card of one reply.
 *
 * `chat`: { origin, level, pick(body, label, button), openCite(cite, button) }, where `level` is that of
 * its headings; `last`: further steps such as "simpler" belong below it.
 */
export function replyCard(reply, chat, last) {
  const view = new Card(reply, chat);
  return el("article", { class: `card ${reply.kind}`, lang: reply.lang },
    unseen(say(reply.lang, "bot")),
    view.head(),
    timeline(reply.timeline || [], reply.lang),
    view.lines(),
    reply.kind === "emergency" && numberLinks(reply.lang, "big"),
    view.table(),
    view.notices(),
    view.choices(),
    last && view.further(),
    view.links(),
    last && view.unhelpful());
}

/** What a screen reader is told of a reply, once and in one piece. */
export function spoken(reply) {
  const place = reply.progress ? say(reply.lang, "progress", { done: reply.progress[0], all: reply.progress[1] }) : "";
  const title = reply.kind === "emergency" ? "" : reply.title || "";
  const rows = (reply.table || []).map((row) => row.join(": "));
  const choices = (reply.choices || []).length && reply.kind === "question" ? say(reply.lang, "choose") : "";
  return [say(reply.lang, "bot"), title, place, ...reply.lines.map((line) => line.text), ...rows, choices].filter(Boolean).join(" ");
}

/** The three numbers as links that say what they do: call, call, text. */
export function numberLinks(lang, name) {
  const links = ["call_emergency", "call_hotline", "text_hotline"].map((key) => {
    const label = say(lang, key);
    return phone(label, /[\d-]{3,}$/.exec(label)[0]);
  });
  return el("div", { class: `numbers ${name}` }, links);
}

class Card {
  constructor(reply, chat) {
    this.reply = reply;
    this.chat = chat;
    this.lang = reply.lang;
  }

  head() {
    const { title, progress, kind } = this.reply;
    if (kind === "emergency" || !title) return null;
    if (!progress) return el(`h${this.chat.level}`, { class: "title" }, title);
    const [done, all] = progress;
    const label = say(this.lang, "progress", { done, all });
    return el("div", { class: "progress" }, el("p", {}, title), el("p", { class: "count" }, label),
      el("progress", { max: all, value: done, "aria-label": label }));
  }

  /** Neighbouring sentences that rest on the same provisions share one row of cites. */
  lines() {
    const question = this.reply.kind === "question";
    const groups = [];
    for (const line of this.reply.lines) {
      const [kind, cites] = [line.kind || "law", line.cites || []];
      const before = groups[groups.length - 1];
      if (before && kind !== "lead" && before.kind === kind && String(before.cites) === String(cites)) before.texts.push(line.text);
      else groups.push({ kind, cites, texts: [line.text] });
    }
    const first = groups.findIndex((group) => group.kind === "law");
    return groups.map((group, place) => {
      const parts = group.texts.map((text, index) => {
        const lead = group.kind === "lead" ? "lead" : place === first && !index && this.reply.kind !== "card" ? "first" : group.kind;
        const heading = `h${this.chat.level + (question ? 0 : 1)}`;
        return el(group.kind === "lead" ? heading : "p", { class: lead === "lead" && question ? "title" : lead },
          rich(text, this.chat.origin, this.lang, { law: group.kind === "law" }));
      });
      return el("div", { class: "lines" }, parts, group.kind !== "lead" && this.#cites(group.cites));
    });
  }

  #cites(cites) {
    if (!cites.length) return null;
    return el("div", { class: "cites" }, cites.map((cite) => {
      const label = citeLabel(cite, this.reply.links);
      if (!hasText(cite)) return el("span", { class: "cite" }, label);
      return el("button", { type: "button", class: "cite", "aria-haspopup": "dialog", click: (event) => this.chat.openCite(cite, event.currentTarget) },
        label, " ", unseen(say(this.lang, "open_cite")));
    }));
  }

  table() {
    const rows = this.reply.table || [];
    if (!rows.length) return null;
    return el("table", {}, el("tbody", {}, rows.map(([label, amount]) => el("tr", {}, el("th", { scope: "row" }, label), el("td", {}, amount)))));
  }

  notices() {
    const shown = (this.reply.notices || []).map((notice) => el("p", { class: `notice ${notice.kind}` }, rich(notice.text, this.chat.origin, this.lang)));
    if ((this.reply.choices || []).some((choice) => FILES.test(choice.id))) shown.push(el("p", { class: "notice" }, say(this.lang, "file_stays")));
    return shown.length ? el("div", { class: "notices" }, shown) : null;
  }

  choices() {
    const { choices = [], kind } = this.reply;
    if (!choices.length) return null;
    const label = say(this.lang, kind === "question" ? "choose" : "next");
    return el("div", { class: "choices", role: "group", "aria-label": label }, choices.map((choice) =>
      button(choice.label, (event) => this.chat.pick({ choice: choice.id }, choice.label, event.currentTarget), { "data-choice": choice.id })));
  }

  /** What steers a question, or what an answer can be turned into. */
  further() {
    const { kind, progress, topic, more } = this.reply;
    const act = (key, body) => button(say(this.lang, key), (event) => this.chat.pick(body, say(this.lang, key), event.currentTarget), { class: "quiet" });
    const buttons = [];
    if (kind === "question") {
      if (progress && progress[0] > 1) buttons.push(act("back", { text: STEER[this.lang].back }));
      buttons.push(act("why", { text: STEER[this.lang].why }), act("pause", { text: STEER[this.lang].leave }));
    } else if (kind === "answer") {
      if (more) buttons.push(act("more", { choice: "say:more" }));
      if (topic) {
        const other = otherLanguage(this.lang);
        buttons.push(act("simpler", { choice: "say:simpler" }));
        const translated = act("in_other_language", { choice: other === "es" ? "say:switch_spanish" : "say:switch_english" });
        translated.lang = other;
        buttons.push(translated);
      }
    }
    return buttons.length ? el("div", { class: "further" }, buttons) : null;
  }

  /** A quiet way to say that an answer did not help, and why. The gateway says below which it may stand: never an emergency. */
  unhelpful() {
    const { unhelpful } = this.reply;
    if (!unhelpful) return null;
    const { control, ask, reasons } = UNHELPFUL[this.lang];
    return el("details", { class: "unhelpful" }, el("summary", {}, control),
      el("div", { class: "choices", role: "group", "aria-label": ask }, Object.entries(reasons).map(([reason, label]) =>
        button(label, (event) => this.chat.pick({ choice: `${unhelpful}:${reason}` }, label, event.currentTarget), { class: "quiet" }))));
  }

  links() {
    const links = this.reply.links || [];
    if (!links.length) return null;
    return el("details", { class: "official" }, el("summary", {}, say(this.lang, "official", { number: links.length })),
      el("ul", {}, links.map((each) => el("li", { lang: "en" }, link(each.label, each.url, this.chat.origin, this.lang)))));
  }
}
