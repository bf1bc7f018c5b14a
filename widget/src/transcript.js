// What was asked and answered, in order. It is looked at, not listened to: the announcer does the speaking.
import { button, el, unseen } from "./dom.js";
import { numberLinks, replyCard } from "./reply.js";
import { say } from "./words.js";

/** The list of turns. `chat` is what cards act on. */
export class Transcript {
  constructor(chat, furniture) {
    this.chat = chat;
    this.list = el("div", { class: "turns" });
    this.node = furniture.attribute(el("div", { class: "log", role: "log", "aria-live": "off", tabindex: 0 }), "aria-label", "conversation");
    this.wait = el("p", { class: "looking" });
    this.node.append(this.list, this.wait);
  }

  /** What the person asked or picked. */
  said(text, lang) {
    const state = el("div", { class: "state", lang });
    const node = el("div", { class: "said" }, el("p", { class: "bubble" }, unseen(say(lang, "you")), text), state);
    this.list.append(node);
    this.#show(node);
    return { text, node, state };
  }

  /** The bot's replies, below what they answer where that is told. */
  replies(replies, after) {
    this.#settle(replies);
    const cards = replies.map((reply, place) => replyCard(reply, this.chat, place === replies.length - 1));
    this.list.append(...cards);
    this.#show(after?.node || cards[0]);
  }

  /** A line of the widget's own. */
  note(text, lang) {
    const node = el("p", { class: "notice", lang }, text);
    this.list.append(node);
    this.#show(node);
  }

  /** That a message was not taken, why, the numbers, and a way to send it again. */
  failed(entry, words, lang, again) {
    entry.node.classList.add("failed");
    entry.state.replaceChildren(el("p", { class: "notice problem" }, words), numberLinks(lang, "small"));
    if (again) entry.state.append(button(say(lang, "send_again"), again, { class: "again" }));
    this.#show(entry.node);
  }

  /** The message is under way again. */
  underWay(entry) {
    entry.node.classList.remove("failed");
    entry.state.replaceChildren();
  }

  /** Show or hide that an answer is being looked up. */
  looking(text) {
    this.wait.textContent = text;
  }

  /** Empty it. */
  clear() {
    this.list.replaceChildren();
    this.looking("");
  }

  /** A question that is followed by anything of its interview is answered; steps below older answers are over. */
  #settle(replies) {
    for (const old of this.list.querySelectorAll(".further, .unhelpful")) {
      if (old.contains(old.getRootNode().activeElement)) this.node.focus({ preventScroll: true }); // it must not fall out of the chat
      old.remove();
    }
    if (!replies.some((reply) => reply.kind === "question" || reply.kind === "result")) return;
    for (const choice of this.list.querySelectorAll('[data-choice^="answer:"]')) done(choice);
  }

  // Read from the top: what was asked, then its answer. On a low screen it is the whole panel that scrolls, below its bar.
  #show(node) {
    const scrolls = getComputedStyle(this.node).overflowY === "auto";
    const scroller = scrolls ? this.node : this.node.parentNode;
    const above = 12 + (scrolls ? 0 : scroller.firstChild.offsetHeight);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const top = scroller.scrollTop + node.getBoundingClientRect().top - scroller.getBoundingClientRect().top - above;
    scroller.scrollTo({ top, behavior: still ? "auto" : "smooth" });
  }
}

/** A choice that cannot be picked any more. It keeps the focus if it has it, and says nothing when pressed. */
export function done(choice) {
  choice.setAttribute("aria-disabled", "true");
  if (choice.getRootNode().activeElement !== choice) choice.tabIndex = -1;
}

/** The choice that was taken. */
export function taken(choice, lang) {
  choice.classList.add("chosen");
  choice.append(unseen(` ${say(lang, "chosen")}`));
  done(choice);
}
