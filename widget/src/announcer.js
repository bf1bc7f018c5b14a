// Speaks to screen readers: each finished message once, with the speaker's name. The visible transcript itself stays silent.
import { el } from "./dom.js";

/** Holds one polite and one urgent live region in each place that may be the only one which is not inert. */
export class Announcer {
  #places = [];

  /** Two live regions for `place`, spoken while `open()` holds. A place added later is asked first. */
  regions(open) {
    const polite = el("div", { class: "unseen", "aria-live": "polite", "aria-atomic": "true" });
    const urgent = el("div", { class: "unseen", role: "alert" });
    this.#places.unshift({ open, polite, urgent });
    return [polite, urgent];
  }

  /** Say `text` when the reader is done with what it is saying. */
  polite(text) {
    this.#speak("polite", text);
  }

  /** Say `text` at once: danger and errors. */
  urgent(text) {
    this.#speak("urgent", text);
  }

  #speak(how, text) {
    const region = this.#places.find((place) => place.open())?.[how];
    // A new node each time: the same words twice are said twice.
    region?.replaceChildren(el("span", {}, text));
  }
}
