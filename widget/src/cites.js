// How a cite is written, and where its text stands.

const SECTION = /^\d{1,2}[a-z]?-\d/;
const CODE = /USC/;

/** Whether the law pages have a text for `cite`: a section, and no public act, bill or report. */
export function hasText(cite) {
  return SECTION.test(cite) || CODE.test(cite);
}

/** "§ 54-95c(b)", "18 USC 1595(a)"; a document by the name that the reply's links give it. */
export function citeLabel(cite, links = []) {
  if (SECTION.test(cite)) return `§ ${cite}`;
  const [name, pin] = cite.split(" § ");
  const known = links.find((each) => each.cite === cite || each.cite.split(" § ")[0] === name);
  return known && !hasText(cite) ? known.label + (pin ? ` § ${pin}` : "") : cite;
}

/** The last part of the text's address: "54-95c(b)" is 54-95c, "18 USC ch. 77" is 18-usc-ch-77. */
export function slug(cite) {
  return cite.split("(")[0].trim().toLowerCase().replaceAll(".", "").replace(/\s+/g, "-");
}
