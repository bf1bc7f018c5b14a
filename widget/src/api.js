// Talks to the gateway. The token lives in this object and nowhere else.

const PREPARED = 2000; // ms that a message waits for its session: words of danger are answered without one
const PATIENCE = 30000; // ms until a request counts as lost; the gateway itself answers after 8 seconds
const OF_ANSWERS = /^(answer|result):/; // choices that mean nothing in another conversation

/** The gateway refused: `words` and, in `help`, the numbers, each by language; `wait` in seconds. */
export class Refused extends Error {
  constructor(status, body, wait) {
    super(body.error);
    this.status = status;
    this.words = { en: body.message, es: body.mensaje };
    this.help = { en: body.help || "", es: body.ayuda || "" };
    this.wait = wait;
  }
}

/** No answer came: no network, or nobody there. */
export class Unreachable extends Error {}

/** The conversation had ended, and what was picked belonged to it. */
export class AnswersGone extends Error {}

/** One conversation with the bot; opened by the first message, opened again where the gateway has forgotten it. */
export class Conversation {
  #token = "";
  #opening = null;
  #aborts = new Set();

  /** `alive(life)` hears of each sign of life: { idle, left } in seconds, `left` only when the conversation opens. */
  constructor(origin, alive) {
    this.origin = origin;
    this.alive = alive;
  }

  /** Whether there is a conversation to keep or to erase. */
  get open() {
    return Boolean(this.#token);
  }

  /**
   * Send { text } or { choice }. Gives { replies, unavailable, emergency, renewed } or { file, name }.
   * Raises Refused, Unreachable, AnswersGone.
   */
  async send(body, lang) {
    const before = this.#token;
    if (!before) await Promise.race([this.#opened(lang).catch(() => {}), pause(PREPARED)]);
    // Without a session only words of danger are answered; whatever else comes of it, opening one tells why.
    let response = await this.#post("/messages", body).catch((error) => {
      if (this.#token) throw error;
      return { status: 401 };
    });
    let renewed = false;
    if (response.status === 401 && before) {
      if (this.#token === before) this.#token = "";
      if (OF_ANSWERS.test(body.choice || "")) throw new AnswersGone();
      renewed = true;
    }
    if (response.status === 401) {
      await this.#opened(lang);
      response = await this.#post("/messages", body);
    }
    const answer = await read(response);
    if (!answer.file && !answer.replies?.length) throw new Unreachable();
    if (this.#token) this.alive({ idle: this.idle });
    return { ...answer, renewed };
  }

  /** Keep the conversation from ending for want of use. */
  async stay() {
    await read(await this.#request("/sessions", { method: "GET", headers: this.#bearer() }));
    this.alive({ idle: this.idle });
  }

  /** Erase the conversation on the gateway's side; the token is gone in any case. */
  async erase() {
    const headers = this.#bearer();
    this.drop();
    if (headers.authorization) await this.#request("/sessions", { method: "DELETE", headers });
  }

  /** Erase it while the page goes away: abort what is under way, and leave the token for the gateway to revoke. */
  eraseNow() {
    if (this.#token) navigator.sendBeacon(`${this.origin}/api/v1/sessions/end`, this.#token);
    this.drop();
  }

  /** Forget the token and abort what is under way. */
  drop() {
    this.#token = "";
    this.#opening = null;
    for (const abort of this.#aborts) abort.abort();
  }

  /** Any public address of the bot as JSON; nothing of it is kept in the browser's cache. */
  async fetchJson(path) {
    return read(await this.#request(path, { method: "GET", headers: { accept: "application/json" } }, ""));
  }

  #opened(lang) {
    this.#opening ||= this.#opens(lang).finally(() => { this.#opening = null; });
    return this.#opening;
  }

  async #opens(lang) {
    const { token, idle_seconds: idle, seconds_left: left } = await read(await this.#post("/sessions"));
    this.#token = token;
    this.idle = idle;
    // The bot starts in English. A failure here costs nothing but a question in the other language.
    if (lang !== "en") await this.#post("/messages", { choice: "say:switch_spanish" }).catch(() => {});
    this.alive({ idle, left });
  }

  #bearer() {
    return this.#token ? { authorization: `Bearer ${this.#token}` } : {};
  }

  #post(path, body) {
    const headers = body ? { ...this.#bearer(), "content-type": "application/json" } : {};
    return this.#request(path, { method: "POST", headers, body: body && JSON.stringify(body) });
  }

  async #request(path, options, below = "/api/v1") {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE);
    this.#aborts.add(abort);
    try {
      const safe = { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer", signal: abort.signal };
      const response = await fetch(this.origin + below + path, { ...options, ...safe });
      // Read here, so that a connection which breaks half way counts as one that was never made.
      return { status: response.status, headers: response.headers, body: await response.blob() };
    } catch {
      throw new Unreachable();
    } finally {
      clearTimeout(timer);
      this.#aborts.delete(abort);
    }
  }
}

async function read({ status, headers, body }) {
  const type = headers.get("content-type") || "";
  if (status < 300 && body.size && !type.includes("json")) return { file: body, name: fileName(headers) };
  let found = {};
  try {
    found = body.size ? JSON.parse(await body.text()) : {};
  } catch {
    throw new Unreachable(); // some proxy's own page
  }
  if (status < 300) return found;
  if (!found.message) throw new Unreachable();
  throw new Refused(status, found, Number(headers.get("retry-after")) || 0);
}

function fileName(headers) {
  return /filename="([\w.-]+)"/.exec(headers.get("content-disposition") || "")?.[1] || "charter-oak";
}

function pause(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
