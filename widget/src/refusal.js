// What a person is told when a message was not taken.
import { Refused } from "./api.js";
import { say, span } from "./words.js";

const FINAL = [403, 409, 413]; // sent again as it is, it would be refused again

/** The words for `error`, the gateway's line with the numbers where it gave one, and whether sending again is of no use. */
export function refusal(error, lang) {
  if (!(error instanceof Refused)) return { words: say(lang, "unreachable"), help: "", final: false };
  const wait = error.wait ? say(lang, "slow_down", { seconds: span(lang, error.wait) }) : "";
  return { words: `${error.words[lang]} ${wait}`.trim(), help: error.help[lang], final: FINAL.includes(error.status) };
}
