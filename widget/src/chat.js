// <charter-oak-chat>: puts the pieces together and carries each turn from what was asked to its card.
import { styleSheets } from "./accent.js";
import { Announcer } from "./announcer.js";
import { AnswersGone, Conversation } from "./api.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { ShiftPresses, leavePage } from "./exit.js";
import { frame, leaveButton, numberBar } from "./frame.js";
import { Lifetime } from "./lifetime.js";
import { botOrigin } from "./links.js";
import { Papers } from "./papers.js";
import { refusal } from "./refusal.js";
import { spoken } from "./reply.js";
import { Sheet } from "./sheet.js";
import { Transcript, done, taken } from "./transcript.js";
import { Warning } from "./warning.js";
import { welcome } from "./welcome.js";
import { Furniture, language, otherLanguage, say } from "./words.js";

const POSITIONS = ["bottom-right", "bottom-left", "inline", "full"];
const LOOKING = 400; // ms before it is shown that an answer is on its way
const LOOKING_SAID = 2000; // ms before it is said

class CharterOakChat extends HTMLElement {
  static observedAttributes = ["lang", "position", "accent", "greeting"];
  #turns = 0;
  #waiting = 0;
  #asked = null;

  connectedCallback() {
    if (this.shadowRoot) {
      this.presses.listen();
      return;
    }
    this.origin = botOrigin(this.getAttribute("origin"));
    this.attachShadow({ mode: "open" });
    this.conversation = new Conversation(this.origin, (life) => this.lifetime.touch(life));
    this.lifetime = new Lifetime({
      warn: (kind, seconds) => this.warning.show(kind, seconds), calm: () => this.#calm(), end: () => this.#end(),
    });
    this.papers = new Papers();
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
    else if (name === "accent") this.shadowRoot.adoptedStyleSheets = styleSheets(after);
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
    this.level = this.position === "full" ? 2 : 3; // of headings below the name's own
    const furniture = this.furniture = new Furniture(lang);
    this.announcer = new Announcer();
    this.transcript = new Transcript(this.#actions(), furniture);
    this.composer = new Composer(furniture, this.announcer, (text) => this.#turn({ text }, text));
    this.warning = new Warning(furniture, this.announcer, { idle: () => this.#stay(), end: () => this.lifetime.understood() });
    this.help = el("div", { class: "help" });
    this.hello = el("div", { class: "hello" });
    this.transcript.node.prepend(this.hello);
    const acts = {
      leave: () => this.leave(), switchLanguage: () => this.#switch(), open: () => this.#open(), close: () => this.panel.close(),
      closed: () => this.#closed(), erase: () => this.#erase(),
    };
    this.sheet = new Sheet(this.#actions(), furniture, leaveButton(furniture, acts.leave));
    const inside = [this.help, this.transcript.node, this.warning.node, this.composer.node];
    const made = frame(this.position, furniture, this.announcer, inside, acts);
    [this.panel, this.launcher] = [made.panel, made.launcher];
    this.sheet.dialog.append(...this.announcer.regions(() => this.sheet.open));
    made.root.append(this.sheet.dialog);
    this.shadowRoot.replaceChildren(made.root);
    this.shadowRoot.firstChild.lang = lang;
    this.shadowRoot.adoptedStyleSheets = styleSheets(this.getAttribute("accent"));
    this.#welcome();
  }

  #welcome() {
    const lang = this.speaks;
    this.help.replaceChildren(...numberBar(lang));
    this.hello.replaceChildren(welcome(lang, {
      greeting: this.getAttribute("greeting"), idle: this.conversation.idle, level: this.level, ask: (text) => this.#turn({ text }, text),
    }));
  }

  #open() {
    // Where the panel covers everything, everything else is out of reach too.
    if (matchMedia("(max-width: 34em), (max-height: 34em)").matches) this.panel.showModal();
    else this.panel.show();
    this.launcher.parentNode.hidden = true;
    if (matchMedia("(pointer: coarse)").matches) this.shadowRoot.getElementById("brand").focus();
    else this.composer.box.focus();
  }

  #closed() {
    this.launcher.parentNode.hidden = false;
    this.launcher.focus();
  }

  // -- a turn -------------------------------------------------------------------------

  #actions() {
    return {
      origin: this.origin,
      level: this.level,
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
      const again = this.papers.hand(answer.file, answer.name, say(this.speaks, "file_again"));
      this.#note("file_ready");
      this.transcript.list.append(again);
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
    const { words, help, final } = refusal(error, lang);
    // What is too long is to be shortened, not sent again.
    const back = error.status === 413 && this.composer.giveBack(body.text || "");
    const again = final ? null : () => this.#again(body, shown, entry);
    this.transcript.failed(entry, `${say(lang, "not_sent")} ${words}`, lang, again);
    if (back) entry.node.querySelector(".bubble").remove();
    this.announcer.urgent(`${say(lang, "not_sent")} ${words} ${help}`);
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
    this.transcript.note(say(this.speaks, key), this.speaks);
    this.announcer.polite(say(this.speaks, key));
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

  #calm() {
    if (this.warning.hide()) this.composer.box.focus();
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
    this.papers.drop();
    this.sheet.close();
    this.transcript.clear();
  }
}

if (!customElements.get("charter-oak-chat")) customElements.define("charter-oak-chat", CharterOakChat);
