// A picture of when the law changed: one line to scale, a dot for each change, the law of now filled in.
import { el, svg } from "./dom.js";
import { date, say } from "./words.js";

const WIDTH = 360;
const LEFT = 22;
const RIGHT = 338;
const LINE = 30;
const APART = 15; // between two dots, however close the dates are
const LABEL = 34; // what a year's figures need

/** The picture of `moments` ({ day, in_force }, oldest first); null for fewer than two. */
export function timeline(moments, lang) {
  if (moments.length < 2) return null;
  const years = moments.map((moment) => moment.day.slice(0, 4));
  const label = say(lang, "picture", { number: moments.length, first: years[0], last: years[years.length - 1] });
  const places = spread(moments.map((moment) => Date.parse(moment.day)));
  let free = -Infinity;
  const dots = moments.map((moment, index) => {
    const x = places[index];
    const shown = x >= free && (index === moments.length - 1 || places[moments.length - 1] - x >= LABEL || years[index] === years[years.length - 1]);
    if (shown) free = x + LABEL;
    return svg("g", {},
      svg("title", {}, date(lang, moment.day)),
      svg("circle", { cx: x, cy: LINE, r: moment.in_force ? 7 : 5, class: moment.in_force ? "now" : "then" }),
      shown && svg("text", { x, y: LINE + 24, "text-anchor": "middle" }, years[index]),
      moment.in_force && index === moments.length - 1 && svg("text", { x: Math.min(x + 8, RIGHT + 18), y: LINE - 14, "text-anchor": "end", class: "law" }, say(lang, "law_now")));
  });
  return el("figure", { class: "timeline" },
    svg("svg", { viewBox: `0 0 ${WIDTH} 62`, role: "img", "aria-label": label },
      svg("line", { x1: LEFT, y1: LINE, x2: RIGHT, y2: LINE }), ...dots));
}

/** Times as places on the line: to scale, moved apart where they would touch. */
function spread(times) {
  const [first, last] = [times[0], times[times.length - 1]];
  const apart = Math.min(APART, (RIGHT - LEFT) / (times.length - 1));
  const places = times.map((time) => LEFT + ((time - first) / (last - first || 1)) * (RIGHT - LEFT));
  for (let i = 1; i < places.length; i += 1) places[i] = Math.max(places[i], places[i - 1] + apart);
  places[places.length - 1] = Math.min(places[places.length - 1], RIGHT);
  for (let i = places.length - 2; i >= 0; i -= 1) places[i] = Math.min(places[i], places[i + 1] - apart);
  return places.map((place) => Math.round(place * 10) / 10);
}
