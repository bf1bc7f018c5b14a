// Makes elements out of text nodes and attributes. Nothing in the widget is ever parsed as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element; attributes that are functions listen to the event of that name; false and null are left out. */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for a part of a drawing. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** A real button; `act` runs on a click or on Enter and Space. */
export function button(label, act, attributes = {}) {
  return el("button", { type: "button", click: act, ...attributes }, label);
}

/** Words for a screen reader alone. */
export function unseen(text) {
  return el("span", { class: "unseen" }, text);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== ""));
  return node;
}
