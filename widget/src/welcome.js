// What stands above the first question: what this is, what it cannot hide, and some questions to start with.
import { button, el } from "./dom.js";
import { say, span } from "./words.js";

const STARTERS = ["starter_1", "starter_2", "starter_3", "starter_4", "starter_5"];
const USUAL_IDLE = 30 * 60; // seconds, until the gateway has told its own

/**
 * The welcome in `lang`; `ask(text)` sends a starting question, `greeting` is the host's own first line, `idle` in seconds,
 * `level` that of its heading.
 */
export function welcome(lang, { greeting, idle, level, ask }) {
  return el("section", { class: "welcome" },
    el("p", { class: "greeting" }, greeting || say(lang, "greeting")),
    el("p", {}, say(lang, "what_it_is")),
    el("p", {}, say(lang, "nothing_kept", { minutes: span(lang, idle || USUAL_IDLE) })),
    el("details", {}, el("summary", {}, say(lang, "hide_title")),
      ["hide_erases", "hide_not", "hide_network"].map((key) => el("p", {}, say(lang, key)))),
    el(`h${level}`, {}, say(lang, "starters")),
    el("div", { class: "choices starters" }, STARTERS.map((key) => button(say(lang, key), () => ask(say(lang, key))))),
    el("slot", {}));
}
