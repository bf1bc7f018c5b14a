// The style sheet, and a host's own colour, taken only where words in it and on it stay legible in both themes (WCAG 1.4.3).
import { CSS } from "./given.js";

const CARDS = { light: "#ffffff", dark: "#1b211e" }; // --card in chat.css
const SOFT = { light: "#fbf9f5", dark: "#131715" }; // --paper in chat.css
const INKS = ["#ffffff", "#0d1613"];
const ENOUGH = 4.5;

/** The style sheets of a widget with this accent. Made by script, they need no style-src of the host's policy. */
export function styleSheets(accent) {
  return [CSS, accentRules(accent)].map((rules) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    return sheet;
  });
}

/** The rules that set the accent; "" for what is no colour. In a theme where it would be too faint, ours stays. */
function accentRules(asked) {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(asked || "");
  const colour = short ? `#${short.slice(1).map((digit) => digit + digit).join("")}` : asked;
  if (!/^#[0-9a-f]{6}$/i.test(colour || "")) return "";
  const ink = INKS.find((each) => contrast(each, colour) >= ENOUGH);
  return ["light", "dark"]
    .filter((theme) => ink && contrast(colour, CARDS[theme]) >= ENOUGH && contrast(colour, SOFT[theme]) >= ENOUGH)
    .map((theme) => `@media (prefers-color-scheme: ${theme}) { :host { --oak: ${colour}; --on-oak: ${ink}; } }`)
    .join("\n");
}

/** The contrast of two colours, from 1 to 21, as WCAG 2 counts it. */
function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((start) => parseInt(colour.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
