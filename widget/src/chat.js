// <charter-oak-chat>: puts the pieces together and carries each turn from what was asked to its card.
import { CSS } from "./given.js";
import { accentRules } from "./accent.js";
import { Announcer } from "./announcer.js";
import { AnswersGone, Conversation, Refused } from "./api.js";
import { Composer } from "./composer.js";
import { button, el, svg } from "./dom.js";
import { ShiftPresses, leavePage } from "./exit.js";
import { Lifetime } from "./lifetime.js";
import { numberLinks, spoken } from "./reply.js";
import { Sheet } from "./sheet.js";
import { Transcript, done, taken } from "./transcript.js";
import { welcome } from "./welcome.js";
import { Furniture, language, otherLanguage, say, span } from "./words.js";

const POSITIONS = ["bottom-right", "bottom-left", "inline", "full"];
const LOOKING = 400; // ms before it is shown that an answer is on its way
const LOOKING_SAID = 2000; // ms before it is said
const FILE_KEPT = 60000; // ms that a made file can be saved again

class CharterOakChat extends HTMLElement {
  static observedAttributes = ["lang", "position", "accent", "greeting"];
  #turns = 0;
  #waiting = 0;
  #asked = null;
  #files = new Set();

  connectedCallback() {
    if (this.shadowRoot) {
      this.presses.listen();
      return;
    }
    this.origin = originOf(this.getAttribute("origin"));
    this.attachShadow({ mode: "open" });
    this.conversation = new Conversation(this.origin, (life) => this.lifetime.touch(life));
    this.lifetime = new Lifetime({
      warn: (kind, seconds) => this.#warn(kind, seconds), calm: () => this.#calm(), end: () => this.#end(),
    });
    this.presses = new ShiftPresses({ say: (key) => this.announcer.polite(say(this.speaks, key)), leave: () => this.leave() });
    this.presses.listen();
    this.#build(language(this.getAttribute("lang")));
    // Nobody comes back to a conversation: not by Back, not by a tab that was put away.
    addEventListener("pagehide", () => this.#forget());
  }

  disconnectedCallback() {
    this.presses.stop();
    if (!this.isConnected) this.#forget();
  }

  attributeChangedCallback(name, before, after) {
    if (!this.shadowRoot || before === after) return;
    if (name === "lang") this.#speak(language(after));
    else if (name === "position") this.#build(this.speaks);
    else if (name === "accent") this.#style();
    else this.#welcome();
  }

  /** The language of the widget and, from the next message on, of the bot. */
  get speaks() {
    return this.furniture.lang;
  }

  /** The quick exit: nothing of this page is left to see or to go back to. */
  leave() {
    leavePage(say(this.speaks, "loading"), () => {
      this.#forget();
      this.shadowRoot.replaceChildren();
    });
  }

  // -- what is shown ------------------------------------------------------------------

  #build(lang) {
    const asked = this.getAttribute("position");
    this.position = POSITIONS.includes(asked) ? asked : POSITIONS[0];
    this.floats = this.position.startsWith("bottom");
    const furniture = this.furniture = new Furniture(lang);
    this.announcer = new Announcer();
    this.transcript = new Transcript(this.#actions(), furniture);
    this.composer = new Composer(furniture, this.announcer, (text) => this.#turn({ text }, text));
    this.hello = el("div", { class: "hello" });
    this.transcript.node.prepend(this.hello);
    this.warning = el("div", { class: "warning", hidden: true });
    const foot = el("div", { class: "foot" },
      furniture.text(button("", () => this.#erase(), { class: "plain" }), "erase"),
      this.position === "full" && furniture.text(button("", () => print(), { class: "plain" }), "print"));
    const inside = [this.#bar(), this.#numbers(), this.transcript.node, this.warning, this.composer.node, foot];
    const outer = this.announcer.regions(() => true);
    this.panel = this.floats
      ? el("dialog", { class: "panel", "aria-labelledby": "brand", close: () => this.#closed() }, inside, this.announcer.regions(() => this.panel.open))
      : el("div", { class: "panel" }, inside);
    this.sheet = new Sheet(this.#actions(), furniture, this.announcer.regions(() => this.sheet?.open), this.#leaveButton());
    this.shadowRoot.replaceChildren(el("section", { class: `root ${this.position}`, "aria-labelledby": "brand" }, this.floats && this.#launcher(), this.panel, this.sheet.dialog, outer));
    this.shadowRoot.firstChild.lang = lang;
    this.#style();
    this.#welcome();
  }

  #style() {
    const sheets = [CSS, accentRules(this.getAttribute("accent"))].map((rules) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(rules);
      return sheet;
    });
    this.shadowRoot.adoptedStyleSheets = sheets;
  }

  #bar() {
    const furniture = this.furniture;
    const language = button("", () => this.#switch(), { class: "plain language" });
    furniture.attribute(furniture.text(language, "other_language"), "lang", "other_lang");
    return el("header", { class: "bar" }, this.#leaveButton(), acorn(),
      furniture.text(el(this.position === "full" ? "h1" : "h2", { id: "brand", tabindex: -1 }), "name"), language,
      this.floats && furniture.attribute(button("×", () => this.panel.close(), { class: "icon" }), "aria-label", "close"));
  }

  #leaveButton() {
    const leave = button("", () => this.leave(), { class: "leave" });
    return this.furniture.attribute(this.furniture.text(leave, "leave"), "title", "leave_how");
  }

  #launcher() {
    this.launch = button("", () => this.#open(), { class: "launch", "aria-haspopup": "dialog" });
    return el("div", { class: "launcher" }, this.#leaveButton(), this.furniture.text(this.launch, "launch"));
  }

  #numbers() {
    this.help = el("div", { class: "help" });
    return this.help;
  }

  #welcome() {
    const lang = this.speaks;
    this.help.replaceChildren(el("p", {}, say(lang, "danger")), numberLinks(lang, "small"));
    this.hello.replaceChildren(welcome(lang, {
      greeting: this.getAttribute("greeting"), idle: this.conversation.idle, ask: (text) => this.#turn({ text }, text),
    }));
  }

  #open() {
    // Where the panel covers everything, everything else is out of reach too.
    if (matchMedia("(max-width: 34em), (max-height: 34em)").matches) this.panel.showModal();
    else this.panel.show();
    this.launch.parentNode.hidden = true;
    if (matchMedia("(pointer: coarse)").matches) this.shadowRoot.getElementById("brand").focus();
    else this.composer.box.focus();
  }

  #closed() {
    this.launch.parentNode.hidden = false;
    this.launch.focus();
  }

  // -- a turn -------------------------------------------------------------------------

  #actions() {
    return {
      origin: this.origin,
      announcer: this.announcer,
      fetchJson: (path) => this.conversation.fetchJson(path),
      pick: (body, label, chosen) => this.#pick(body, label, chosen),
      openCite: (cite, opener) => {
        const official = this.links?.find((each) => cite.startsWith(each.cite));
        this.sheet.show(cite, opener, opener.closest("[lang]").lang, official);
      },
    };
  }

  #pick(body, label, chosen) {
    if (chosen.getAttribute("aria-disabled") === "true") return;
    if (this.#waiting) {
      this.announcer.polite(say(this.speaks, "one_moment"));
      return;
    }
    if (/^answer:/.test(body.choice || "")) for (const other of chosen.parentNode.children) done(other);
    if (!/^result:(pdf|docx|ics)$/.test(body.choice || "")) taken(chosen, this.speaks);
    this.#turn(body, label);
  }

  /** One message and its replies. Nothing typed is held back for an earlier answer: it may be a cry for help. */
  async #turn(body, shown, entry = this.transcript.said(shown, this.speaks)) {
    const turn = this.#turns;
    this.transcript.underWay(entry);
    this.#wait(1);
    try {
      const answer = await this.conversation.send(body, this.speaks);
      if (turn === this.#turns) this.#answered(answer, entry);
    } catch (error) {
      if (turn === this.#turns) this.#failed(error, body, shown, entry);
    } finally {
      if (turn === this.#turns) this.#wait(-1);
    }
  }

  #answered(answer, entry) {
    if (answer.renewed) this.#note("renewed");
    if (answer.file) {
      this.#hand(answer.file, answer.name);
      return;
    }
    const replies = answer.replies || [];
    const last = replies[replies.length - 1];
    if (last && !answer.unavailable && last.lang !== this.speaks) this.#speak(last.lang);
    this.#asked = last?.kind === "question" ? last : null;
    this.links = [...(this.links || []), ...replies.flatMap((reply) => reply.links || [])];
    this.transcript.replies(replies, answer.renewed ? undefined : entry);
    const words = replies.map(spoken).join(" ");
    if (answer.emergency || answer.unavailable) this.announcer.urgent(words);
    else this.announcer.polite(words);
  }

  #failed(error, body, shown, entry) {
    const lang = this.speaks;
    if (error instanceof AnswersGone) {
      this.lifetime.stop();
      this.transcript.underWay(entry);
      this.#note("answers_gone");
      return;
    }
    let words = say(lang, "unreachable");
    if (error instanceof Refused) {
      words = [error.message_in[lang], error.wait ? say(lang, "slow_down", { seconds: span(lang, error.wait) }) : ""].join(" ");
    }
    // What is too long is to be shortened, not sent again.
    const back = error.status === 413 && this.composer.giveBack(body.text || "");
    const again = error.status === 413 || error.status === 403 || error.status === 409 ? null : () => this.#again(body, shown, entry);
    this.transcript.failed(entry, `${say(lang, "not_sent")} ${words}`, lang, again);
    if (back) entry.node.querySelector(".bubble").remove();
    this.announcer.urgent(`${say(lang, "not_sent")} ${words} ${error.help_in?.[lang] || ""}`);
  }

  #again(body, shown, entry) {
    if (!this.#waiting) this.#turn(body, shown, entry);
    this.composer.box.focus();
  }

  #wait(change) {
    this.#waiting += change;
    clearTimeout(this.looks);
    clearTimeout(this.says);
    this.transcript.looking("");
    if (!this.#waiting) return;
    this.looks = setTimeout(() => this.transcript.looking(say(this.speaks, "looking")), LOOKING);
    this.says = setTimeout(() => this.announcer.polite(say(this.speaks, "looking")), LOOKING_SAID);
  }

  #note(key) {
    this.transcript.note(say(this.speaks, key));
    this.announcer.polite(say(this.speaks, key));
  }

  /** Hand over a paper. It stays in memory for a minute, in case it is to be saved again. */
  #hand(file, name) {
    const address = URL.createObjectURL(file);
    const save = () => el("a", { href: address, download: name }).click();
    const again = button(say(this.speaks, "file_again"), save, { class: "again" });
    const drop = () => {
      URL.revokeObjectURL(address);
      this.#files.delete(drop);
      again.remove();
    };
    this.#files.add(drop);
    setTimeout(drop, FILE_KEPT);
    save();
    this.#note("file_ready");
    this.transcript.list.append(again);
  }

  // -- language -----------------------------------------------------------------------

  #speak(lang) {
    this.furniture.speak(lang);
    this.shadowRoot.firstChild.lang = lang;
    this.composer.speak();
    this.#welcome();
  }

  /** The other language for everything from here on; a question that waits is asked again in it. */
  async #switch() {
    const lang = otherLanguage(this.speaks);
    const waits = this.#asked;
    this.#speak(lang);
    this.announcer.polite(say(lang, "name"));
    if (!this.conversation.open) return;
    const turn = this.#turns;
    try {
      let answer = await this.conversation.send({ choice: lang === "es" ? "say:switch_spanish" : "say:switch_english" }, lang);
      if (waits) answer = await this.conversation.send({ choice: "interview:resume" }, lang);
      if (turn === this.#turns) this.#answered(answer);
    } catch {
      // The next message says what is wrong, if it still is.
    }
  }

  // -- the end ------------------------------------------------------------------------

  #warn(kind, seconds) {
    const words = say(this.speaks, `${kind}_soon`, { time: span(this.speaks, seconds) });
    if (this.warning.hidden || this.warning.dataset.kind !== kind) {
      const text = el("p", {});
      const act = kind === "idle" ? () => this.#stay() : () => this.lifetime.understood();
      this.warning.replaceChildren(text, button(say(this.speaks, kind === "idle" ? "stay" : "understood"), act, { class: "first" }));
      this.warning.dataset.kind = kind;
      this.warning.hidden = false;
      this.announcer.urgent(words);
    }
    this.warning.firstChild.textContent = words;
  }

  #calm() {
    const focused = this.warning.contains(this.shadowRoot.activeElement);
    this.warning.hidden = true;
    if (focused) this.composer.box.focus();
  }

  async #stay() {
    try {
      await this.conversation.stay();
    } catch {
      this.announcer.urgent(say(this.speaks, "unreachable"));
    }
  }

  /** The time is over: what was said is gone, what is half written stays in the box. */
  #end() {
    this.conversation.erase().catch(() => {});
    this.#clear();
    this.#note("ended");
  }

  async #erase() {
    this.conversation.erase().catch(() => {});
    this.#clear();
    this.composer.clear();
    this.#note("erased");
    this.composer.box.focus();
  }

  /** Everything from this page and from the gateway, while the page goes away. */
  #forget() {
    this.conversation.eraseNow();
    this.#clear();
    this.composer.clear();
  }

  #clear() {
    this.#turns += 1;
    this.#waiting = 0;
    this.#wait(0);
    this.#asked = null;
    this.links = [];
    this.lifetime.stop();
    for (const drop of this.#files) drop();
    this.sheet.close();
    this.transcript.clear();
  }
}

function originOf(asked) {
  const own = new URL(import.meta.url).origin;
  try {
    const url = new URL(asked);
    return /^https?:$/.test(url.protocol) ? url.origin : own;
  } catch {
    return own;
  }
}

function acorn() {
  return svg("svg", { viewBox: "0 0 24 24", class: "acorn", "aria-hidden": "true" },
    svg("path", { d: "M12 2c.6 0 1 .4 1 1v1.1c3.9.4 7 2.9 7 5.4 0 .8-.7 1.5-1.5 1.5h-13C4.7 11 4 10.3 4 9.5c0-2.5 3.1-5 7-5.4V3c0-.6.4-1 1-1z" }),
    svg("path", { d: "M5.6 12.5h12.8c-.2 4.3-2.6 7.6-5.6 9.2-.5.3-1.1.3-1.6 0-3-1.6-5.4-4.9-5.6-9.2z" }));
}

if (!customElements.get("charter-oak-chat")) customElements.define("charter-oak-chat", CharterOakChat);
