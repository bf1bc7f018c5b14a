// Where a question is written. It never cuts what was typed, and gives it back when it could not be sent.
import { LONGEST } from "./given.js";
import { el } from "./dom.js";
import { say } from "./words.js";

const NEAR = 300; // characters before the limit at which counting is shown
const TWICE = 700; // ms within which a second press means the first

/** The form at the foot of the chat; `send(text)` takes what was written. */
export class Composer {
  #sent = 0;

  constructor(furniture, announcer, send) {
    this.furniture = furniture;
    this.announcer = announcer;
    this.send = send;
    // Some browsers send what they check for spelling to their maker.
    this.box = el("textarea", {
      id: "question", rows: 1, autocomplete: "off", spellcheck: "false", "aria-describedby": "how count",
      input: () => this.#changed(), keydown: (event) => this.#key(event),
    });
    this.count = el("p", { id: "count", class: "count" });
    this.button = furniture.text(el("button", { type: "submit", class: "first" }), "send");
    this.node = el("form", { class: "composer", autocomplete: "off", submit: (event) => this.#submit(event) },
      furniture.text(el("label", { for: "question" }), "your_question"),
      el("div", { class: "row" }, this.box, this.button),
      furniture.text(el("p", { id: "how", class: "unseen" }), "enter_sends"), this.count);
  }

  /** Put words back that were not sent; false where the box holds newer ones. */
  giveBack(text) {
    if (this.box.value.trim() && this.box.value !== text) return false;
    this.box.value = text;
    this.#changed();
    return true;
  }

  /** Say something below the box, at once. */
  tell(text) {
    this.count.textContent = text;
    this.announcer.urgent(text);
  }

  /** Forget what was typed. */
  clear() {
    this.box.value = "";
    this.#changed();
  }

  /** Say the count again, in another language. */
  speak() {
    this.#changed();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.box.value.trim();
    if (!text) {
      if (Date.now() - this.#sent > TWICE) this.tell(say(this.furniture.lang, "nothing_typed"));
      return;
    }
    this.#sent = Date.now();
    this.clear();
    this.send(text);
  }

  #changed() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
    const left = LONGEST - this.box.value.length;
    const key = left < 0 ? "too_much" : "left_to_type";
    this.count.textContent = left > NEAR ? "" : say(this.furniture.lang, key, { number: Math.abs(left) });
    this.count.classList.toggle("problem", left < 0);
  }
}
