// The strip that says, in time, that a conversation is about to end.
import { button, el } from "./dom.js";
import { say, span } from "./words.js";

const ACTS = { idle: "stay", end: "understood" };

/** `acts` has a function for each kind of end: "idle" keeps the conversation, "end" takes note of it. */
export class Warning {
  constructor(furniture, announcer, acts) {
    this.furniture = furniture;
    this.announcer = announcer;
    this.acts = acts;
    this.node = el("div", { class: "warning", hidden: true });
  }

  /** Show how many seconds are left. Said aloud once, and again when it is another kind of end. */
  show(kind, seconds) {
    const { lang } = this.furniture;
    const words = say(lang, `${kind}_soon`, { time: span(lang, seconds) });
    if (this.node.hidden || this.kind !== kind) {
      this.kind = kind;
      this.node.replaceChildren(el("p", {}), button(say(lang, ACTS[kind]), this.acts[kind], { class: "first" }));
      this.node.hidden = false;
      this.announcer.urgent(words);
    }
    this.node.firstChild.textContent = words;
  }

  /** Take it away; true where it held the focus, which then needs a place. */
  hide() {
    const focused = this.node.contains(this.node.getRootNode().activeElement);
    this.node.hidden = true;
    return focused;
  }
}
