// The side sheet with the text of a provision: from /law as JSON, drawn here, never kept.
import { button, el, unseen } from "./dom.js";
import { citeLabel, slug } from "./cites.js";
import { link } from "./links.js";
import { timeline } from "./timeline.js";
import { date, say } from "./words.js";

/** One dialog, used again for each provision. `leave` is the quick exit, which stays in view above everything. */
export class Sheet {
  #asked = 0;

  constructor(chat, furniture, leave) {
    this.chat = chat;
    this.title = furniture.text(el("h2", { tabindex: -1, id: "sheet-title" }), "text_title");
    this.body = el("div", { class: "sheet-body" });
    const close = furniture.attribute(button("×", () => this.dialog.close(), { class: "icon" }), "aria-label", "text_close");
    this.dialog = el("dialog", { class: "sheet", "aria-labelledby": "sheet-title", close: () => this.#closed(), click: (event) => this.#outside(event) },
      el("div", { class: "bar" }, leave, this.title, close), this.body);
  }

  /** Whether it is shown. */
  get open() {
    return this.dialog.open;
  }

  /** Show the text of `cite`. `opener` gets the focus back. `official` is the reply's own link, for when the text does not come. */
  async show(cite, opener, lang, official) {
    this.opener = opener;
    this.dialog.lang = lang;
    const asked = ++this.#asked;
    this.body.replaceChildren(el("p", { class: "quiet" }, say(lang, "text_loading")));
    if (!this.dialog.open) this.dialog.showModal();
    this.title.focus();
    let shown;
    try {
      const law = await this.chat.fetchJson(`/law/${encodeURIComponent(slug(cite))}?lang=${lang}`);
      shown = provisions(law, cite, this.chat, lang);
      if (asked === this.#asked) this.chat.announcer.polite(`${law.cite} ${law.title}`);
    } catch (error) {
      shown = this.#failed(error.status === 404 ? "text_missing" : "text_failed", cite, opener, lang, official);
      if (asked === this.#asked) this.chat.announcer.urgent(say(lang, "text_failed"));
    }
    if (asked !== this.#asked) return;
    this.body.replaceChildren(...shown);
    this.body.scrollTop = 0;
  }

  /** Close it and empty it. */
  close() {
    if (this.dialog.open) this.dialog.close();
  }

  #failed(key, cite, opener, lang, official) {
    return [
      el("h3", {}, citeLabel(cite)),
      el("p", { class: "notice problem" }, say(lang, key)),
      button(say(lang, "text_retry"), () => this.show(cite, opener, lang, official)),
      official ? el("p", {}, link(say(lang, "text_official"), official.url, this.chat.origin, lang)) : "",
    ];
  }

  #closed() {
    this.#asked += 1;
    this.body.replaceChildren();
    this.opener?.focus();
    this.opener = null;
  }

  #outside(event) {
    if (event.target === this.dialog) this.dialog.close(); // its backdrop: everything inside has an element of its own
  }
}

/** The law of today first, the part that was cited marked; then how it became so and where others say otherwise. */
function provisions(law, cite, chat, lang) {
  const { version } = law;
  const covers = (part) => part.cite === cite || part.cite.startsWith(`${cite}(`);
  const whole = slug(cite) === cite.toLowerCase() || !version.provisions.some(covers);
  const cited = whole ? version.provisions : version.provisions.filter(covers);
  const rest = whole ? [] : version.provisions.filter((part) => !covers(part));
  const since = version.effective_text || date(lang, version.effective);
  return [
    el("h3", {}, law.cite, " ", el("span", { class: "of" }, law.title)),
    el("p", { class: "quiet" }, say(lang, "text_since", { date: since }), version.acts.length ? ` (${version.acts.join(", ")})` : "", ". ", law.checked),
    law.under_review && el("p", { class: "notice review" }, law.under_review),
    version.repealed && el("p", { class: "notice problem" }, say(lang, "text_repealed")),
    el("section", { class: whole ? "parts" : "parts cited" }, el("h4", {}, say(lang, whole ? "text_all" : "text_cited")), cited.map(part)),
    rest.length ? el("details", { open: cited.length < 3 }, el("summary", {}, say(lang, "text_rest")), el("section", { class: "parts" }, rest.map(part))) : "",
    !version.complete && el("p", { class: "quiet" }, say(lang, "text_incomplete")),
    history(law, lang),
    differences(law.differences, lang),
    list("text_gaps", law.gaps.map((gap) => el("li", {}, gap.says)), lang),
    ...["refers", "referred"].map((key) => list(`text_${key}`, (key === "refers" ? law.refers_to : law.referred_from)
      .map((each) => el("li", {}, link(each.label, each.address, chat.origin, lang))), lang)),
    list("text_bills", law.bills.map((bill) => el("li", {}, link(bill.label, bill.address, chat.origin, lang))), lang),
    el("p", { class: "ways" },
      link(`${say(lang, "text_official")}: ${law.official.label}`, law.official.url, chat.origin, lang),
      link(say(lang, "text_page"), lang === "en" ? law.address : `${law.address}?lang=${lang}`, chat.origin, lang)),
  ].filter(Boolean);
}

function part(provision) {
  return el("div", { class: "part" }, el("p", { class: "pin" }, provision.label), el("p", {}, provision.text));
}

function history(law, lang) {
  if (!law.history.length) return "";
  const last = law.history.length - 1;
  const moments = law.history.map((each, place) => ({ day: each.effective, in_force: place === last && !law.version.repealed }));
  return el("details", { open: true, class: "history" }, el("summary", {}, say(lang, "text_history")), timeline(moments, lang),
    el("ol", {}, law.history.map((each) => el("li", {},
      el("strong", {}, each.effective_text || date(lang, each.effective)), each.acts.length ? ` (${each.acts.join(", ")})` : "", each.changed ? `: ${each.changed}` : ""))));
}

function differences(found, lang) {
  return list("text_differences", found.map((each) => el("li", {},
    el("strong", {}, each.source), el("p", {}, say(lang, "text_source_says"), " ", each.source_says),
    el("p", {}, say(lang, "text_law_says"), " ", each.law_says), each.matters && el("p", { class: "quiet" }, each.matters))), lang);
}

function list(key, items, lang) {
  return items.length ? el("details", {}, el("summary", {}, say(lang, key), " ", unseen(String(items.length))), el("ul", {}, items)) : "";
}
