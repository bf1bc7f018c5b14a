// What stands around the conversation at all times: the way out, the numbers, the name, the language, the launcher.
import { button, el, svg } from "./dom.js";
import { phone } from "./links.js";
import { say } from "./words.js";

// What is shown, and the longer name that a screen reader says.
const NUMBERS_SHOWN = [["number_emergency", "call_emergency"], ["number_hotline", "call_hotline"], ["text_hotline", "text_hotline"]];

/** The quick exit's button. It comes first in the order of the keyboard. */
export function leaveButton(furniture, leave) {
  const node = button("", leave, { class: "leave" });
  return furniture.attribute(furniture.text(node, "leave"), "title", "leave_how");
}

/** The numbers for someone in danger, in one line where there is room. */
export function numberBar(lang) {
  const links = NUMBERS_SHOWN.map(([shown, told]) => {
    const label = say(lang, shown);
    return phone(label, /[\d-]{3,}$/.exec(label)[0], { "aria-label": say(lang, told) });
  });
  return [el("p", {}, say(lang, "danger")), ...links];
}

/**
 * The frame of a widget at `position` around what is `inside` it: { root, panel, launcher }.
 *
 * One that floats above a host's page is a dialog with a launcher. `acts`: leave, switchLanguage, open, close, closed, erase.
 */
export function frame(position, furniture, announcer, inside, acts) {
  const [full, floats] = [position === "full", position.startsWith("bottom")];
  const parts = [bar(furniture, full ? "h1" : "h2", acts, floats), inside, foot(furniture, acts, full)];
  const outside = announcer.regions(() => true);
  const root = el("section", { class: `root ${position}`, "aria-labelledby": "brand" });
  if (!floats) {
    const panel = el("div", { class: "panel" }, parts);
    root.append(panel, ...outside);
    return { root, panel, launcher: null };
  }
  const keys = (event) => event.key === "Escape" && acts.close();
  const panel = el("dialog", { class: "panel", "aria-labelledby": "brand", close: acts.closed, keydown: keys }, parts);
  panel.append(...announcer.regions(() => panel.open));
  const launcher = furniture.text(button("", acts.open, { class: "launch", "aria-haspopup": "dialog" }), "launch");
  root.append(el("div", { class: "launcher" }, leaveButton(furniture, acts.leave), launcher), panel, ...outside);
  return { root, panel, launcher };
}

function bar(furniture, heading, acts, closes) {
  const language = button("", acts.switchLanguage, { class: "plain language" });
  furniture.attribute(furniture.text(language, "other_language"), "lang", "other_lang");
  return el("header", { class: "bar" }, leaveButton(furniture, acts.leave), acorn(),
    furniture.text(el(heading, { id: "brand", tabindex: -1 }), "name"), language,
    closes && furniture.attribute(button("×", acts.close, { class: "icon" }), "aria-label", "close"));
}

function foot(furniture, acts, prints) {
  return el("div", { class: "foot" },
    furniture.text(button("", acts.erase, { class: "plain" }), "erase"),
    prints && furniture.text(button("", () => print(), { class: "plain" }), "print"));
}

function acorn() {
  return svg("svg", { viewBox: "0 0 24 24", class: "acorn", "aria-hidden": "true" },
    svg("path", { d: "M12 2c.6 0 1 .4 1 1v1.1c3.9.4 7 2.9 7 5.4 0 .8-.7 1.5-1.5 1.5h-13C4.7 11 4 10.3 4 9.5c0-2.5 3.1-5 7-5.4V3c0-.6.4-1 1-1z" }),
    svg("path", { d: "M5.6 12.5h12.8c-.2 4.3-2.6 7.6-5.6 9.2-.5.3-1.1.3-1.6 0-3-1.6-5.4-4.9-5.6-9.2z" }));
}
