// Where links may lead, and which parts of a text are links: known phone numbers and addresses on known sites.
import { NUMBERS } from "./given.js";
import { el, unseen } from "./dom.js";
import { say } from "./words.js";

// The sites that hold the official texts and the places to turn to; their subdomains too.
const SITES = ["ct.gov", "congress.gov", "house.gov", "hhs.gov", "law.cornell.edu", "humantraffickinghotline.org", "ctcwcs.com"];
const ADDRESS = /(https:\/\/[^\s<>"]*[^\s<>".,;:!?)])/;
const NUMBER = new RegExp(`(?<![\\w.§-])(${Object.keys(NUMBERS).sort((a, b) => b.length - a.length).join("|")})(?![\\w-]|\\.\\d)`);

/** Where the bot is: where an attribute says, else where this script came from. */
export function botOrigin(asked) {
  try {
    const url = new URL(asked);
    if (/^https?:$/.test(url.protocol)) return url.origin;
  } catch {
    // No address: as if it were not there.
  }
  return new URL(import.meta.url).origin;
}

/** Whether a link may lead to `address`: calls, texts, the bot itself, and known sites over https. */
export function allowed(address, origin) {
  let url;
  try {
    url = new URL(address, origin);
  } catch {
    return false;
  }
  if (url.protocol === "tel:" || url.protocol === "sms:") return true;
  if (url.origin === origin) return true;
  return url.protocol === "https:" && !url.username && SITES.some((site) => url.hostname === site || url.hostname.endsWith(`.${site}`));
}

/** A link in a new tab that learns nothing of this page; plain text where it may not lead there. */
export function link(label, address, origin, lang) {
  if (!allowed(address, origin)) return el("span", {}, label);
  return el("a", { href: new URL(address, origin).href, target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" },
    label, " ", unseen(say(lang, "new_tab")));
}

/** A link that calls or texts a number of help.yml. */
export function phone(label, number, attributes = {}) {
  return el("a", { href: NUMBERS[number], ...attributes }, label);
}

/** `text` as nodes, with its phone numbers and addresses as links. Short numbers such as 911 are none in a sentence of law. */
export function rich(text, origin, lang, { law = false } = {}) {
  return text.split(ADDRESS).flatMap((part, place) => {
    if (place % 2) return [link(part, part, origin, lang)];
    return part.split(NUMBER).map((piece, odd) => (odd % 2 && !(law && piece.length < 4) ? phone(piece, piece) : piece));
  });
}
