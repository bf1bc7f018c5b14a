// When a conversation ends: unused for a while, or open for long. Both are said beforehand, with time to act (WCAG 2.2.1).

const WARN_IDLE = 120; // seconds before the end; of a short time, half of it
const WARN_END = 600;

/** Watches the clock. `warn(kind, seconds)` each second near an end ("idle" or "end"), `calm()` when that is over, `end()`. */
export class Lifetime {
  #timer = 0;
  #warned = false;

  constructor({ warn, calm, end }) {
    this.warn = warn;
    this.calm = calm;
    this.end = end;
  }

  /** A sign of life: `idle` seconds from now the conversation would end; `left` where it has just begun. */
  touch({ idle, left }) {
    const now = Date.now() / 1000;
    this.idleEnds = now + idle;
    this.idleLead = Math.min(WARN_IDLE, idle / 2);
    if (left !== undefined) {
      this.ends = now + left;
      this.endLead = Math.min(WARN_END, left / 4);
      this.seen = false;
    }
    this.#timer ||= setInterval(() => this.#look(), 1000);
    this.#look();
  }

  /** The warning of the long end was read; it is not shown again until the last minute. */
  understood() {
    this.seen = true;
    this.#look();
  }

  /** Stop watching: the conversation is over. */
  stop() {
    clearInterval(this.#timer);
    this.#timer = 0;
    this.#quiet();
  }

  // By the clock and not by one long timer: a device that slept must not wake to an old conversation.
  #look() {
    const now = Date.now() / 1000;
    const idle = this.idleEnds - now;
    const left = this.ends - now;
    if (Math.min(idle, left) <= 0) {
      this.stop();
      this.end();
    } else if (left <= this.endLead && left <= idle && (!this.seen || left <= Math.min(60, this.endLead / 2))) {
      this.#warn("end", left);
    } else if (idle <= this.idleLead) {
      this.#warn("idle", idle);
    } else {
      this.#quiet();
    }
  }

  #warn(kind, seconds) {
    this.#warned = true;
    this.warn(kind, seconds);
  }

  #quiet() {
    if (this.#warned) this.calm();
    this.#warned = false;
  }
}
