// The quick exit, after the GOV.UK pattern: cover the page, purge, replace it with a neutral one.
import { EXIT } from "./given.js";
import { el } from "./dom.js";

const PRESSES = 3;
const FORGET = 5000; // ms after the last press

/** Listens for three presses of Shift alone; `say(key)` tells how many are left, `leave()` leaves. */
export class ShiftPresses {
  #count = 0;
  #alone = false;
  #timer = 0;

  constructor({ say, leave }) {
    this.say = say;
    this.leave = leave;
    this.down = (event) => this.#down(event);
    this.up = (event) => this.#up(event);
  }

  /** Listen on the whole page, the host's too. */
  listen() {
    document.addEventListener("keydown", this.down, true);
    document.addEventListener("keyup", this.up, true);
  }

  /** Stop listening. */
  stop() {
    document.removeEventListener("keydown", this.down, true);
    document.removeEventListener("keyup", this.up, true);
    clearTimeout(this.#timer);
  }

  #down(event) {
    if (event.key === "Shift") {
      if (!event.repeat) this.#alone = !event.ctrlKey && !event.altKey && !event.metaKey;
      return;
    }
    this.#alone = false; // Shift for a capital letter is no wish to leave
    this.#count = 0;
  }

  #up(event) {
    if (event.key !== "Shift" || !this.#alone) return;
    this.#alone = false;
    this.#count += 1;
    clearTimeout(this.#timer);
    if (this.#count >= PRESSES) {
      this.leave();
      return;
    }
    this.say(`shift_${PRESSES - this.#count}`);
    this.#timer = setTimeout(() => {
      if (this.#count) this.say("shift_off");
      this.#count = 0;
    }, FORGET);
  }
}

/** Cover everything, run `purge`, empty the page, and put a neutral page in its place in the history. */
export function leavePage(loading, purge) {
  const cover = el("main", { popover: "manual" }, el("h1", {}, loading));
  // Styled through the object model, which a strict Content-Security-Policy permits.
  Object.assign(cover.style, {
    position: "fixed", inset: "0", width: "100vw", height: "100vh", maxWidth: "none", maxHeight: "none", margin: "0", border: "0",
    padding: "2rem", background: "#ffffff", color: "#4a4a4a", zIndex: "2147483647", boxSizing: "border-box",
  });
  Object.assign(cover.firstChild.style, { font: "400 1rem/1.5 sans-serif", margin: "0" });
  document.documentElement.append(cover);
  cover.showPopover?.(); // above any open dialog
  document.title = loading;
  try {
    purge();
    document.body.replaceChildren();
  } finally {
    window.location.replace(EXIT);
  }
}
