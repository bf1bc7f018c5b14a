// Hands an interview's paper to the device. It stays in memory for a minute, in case it is to be saved again.
import { button, el } from "./dom.js";

const KEPT = 60000; // ms

/** The papers made in this conversation. */
export class Papers {
  #drops = new Set();

  /** Save `file` now; gives the button that saves it again. */
  hand(file, name, label) {
    const address = URL.createObjectURL(file);
    const save = () => el("a", { href: address, download: name }).click();
    const again = button(label, save, { class: "again" });
    const drop = () => {
      URL.revokeObjectURL(address);
      this.#drops.delete(drop);
      again.remove();
    };
    this.#drops.add(drop);
    setTimeout(drop, KEPT);
    save();
    return again;
  }

  /** Let go of every paper. */
  drop() {
    for (const drop of this.#drops) drop();
  }
}
