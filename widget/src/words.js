// Every word the widget itself says, in the language of the person.
import { WORDS } from "./given.js";

/** The words of `key` with its {fields} filled in. */
export function say(lang, key, fields = {}) {
  return WORDS[lang][key].replace(/\{(\w+)\}/g, (_, name) => fields[name]);
}

/** The language that an attribute or a browser asks for, as far as the bot speaks it. */
export function language(asked) {
  const wanted = [asked, ...(navigator.languages || [])].map((name) => String(name || "").slice(0, 2).toLowerCase());
  return wanted.find((name) => name in WORDS) || Object.keys(WORDS)[0];
}

/** The other language. */
export function otherLanguage(lang) {
  return say(lang, "other_lang");
}

/** "2 minutes" or "40 seconds". */
export function span(lang, seconds) {
  const number = Math.max(1, seconds < 60 ? Math.ceil(seconds) : Math.round(seconds / 60));
  const unit = seconds < 60 ? "second" : "minute";
  return number === 1 ? say(lang, `one_${unit}`) : say(lang, `${unit}s`, { number });
}

/** A day as readers of the language write it; `day` is 2021-10-01 and has no time zone. */
export function date(lang, day) {
  const style = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(lang === "es" ? "es-US" : "en-US", style).format(new Date(`${day}T00:00:00Z`));
}

/** Words of buttons and labels that stay on the screen: said again when the language changes. */
export class Furniture {
  #pieces = [];

  constructor(lang) {
    this.lang = lang;
  }

  /** Keep the text of `node` said in the language of now. */
  text(node, key) {
    return this.#keep(() => { node.textContent = say(this.lang, key); }, node);
  }

  /** Keep an attribute, such as a label or the language of the label, said in the language of now. */
  attribute(node, name, key) {
    return this.#keep(() => node.setAttribute(name, say(this.lang, key)), node);
  }

  /** Say everything in another language. */
  speak(lang) {
    this.lang = lang;
    for (const piece of this.#pieces) piece();
  }

  #keep(piece, node) {
    this.#pieces.push(piece);
    piece();
    return node;
  }
}
