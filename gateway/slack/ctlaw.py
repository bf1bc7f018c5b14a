"""The /ctlaw command as it is typed in Slack: what is answered in the acknowledgement, and what after it."""

from __future__ import annotations

from typing import Any

from bot.nlp.language import detect
from bot.render.block_kit import messages
from bot.render.slack import note, words
from bot.render.slack_views import interviews_blocks
from bot.safety import wording
from gateway import shelf
from gateway.slack import commands
from gateway.slack.command_line import Command, read
from gateway.slack.events import private_only
from gateway.slack.outbound import Outbound
from gateway.slack.talk import Said, Talk
from gateway.slack.window import Windows


class CtLaw:
    """Answers the command: to one person, and to the channel where ``share`` was typed."""

    def __init__(self, talk: Talk, windows: Windows, out: Outbound) -> None:
        self._talk, self._windows, self._out = talk, windows, out

    def at_once(self, body: dict[str, Any], text: str) -> Said | None:
        """What needs nobody else: danger, client facts. "help" alone is the command, whose answer begins with the numbers."""
        opened = shelf.shelf()
        if opened and read(text, opened.citations).name == "help":
            return None
        return self._talk.at_once(text)

    async def answer(self, body: dict[str, Any], text: str) -> None:
        """Answer the command where it was typed."""
        url, opened = body.get("response_url", ""), shelf.shelf()
        command = read(text, opened.citations) if opened else Command("ask" if text else "help", text=text)
        if command.name == "ask":
            await self._ask(body, command)
        elif command.name == "interview":
            await self._interview(body, command)
        else:
            shown = commands.run(command, opened)
            await self._out.respond(url, shown, share=command.share and command.name not in ("help", "misuse"))

    async def _ask(self, body: dict[str, Any], command: Command) -> None:
        """A question in plain words: the bot's answer, in a conversation of this person's own."""
        session, _ = await self._talk.session(body.get("team_id", ""), body.get("channel_id", ""), body.get("user_id", ""), "command")
        said = await self._talk.say(session, command.text, private=False)
        if said.question:
            await self._talk.leave_questions(session, said.lang)
            said = Said(private_only(said.question), said.lang, quiet=True)
        share = command.share and not (said.quiet or said.danger)
        await self._out.respond(body.get("response_url", ""), said.messages, share=share)

    async def _interview(self, body: dict[str, Any], command: Command) -> None:
        lang = command.lang or detect(command.text) or "en"
        store = shelf.store()
        if store is None:
            await self._out.respond(body.get("response_url", ""), note(wording.unavailable(lang)))
            return
        titles = {name: interview.title for name, interview in store.interview_words[lang].items()}
        name = commands.interview_of(command.text, titles)
        if name and await self._windows.open(body.get("trigger_id", ""), body.get("team_id", ""), f"interview:{name}", lang):
            return
        await self._out.respond(body.get("response_url", ""), messages(words("interview_which", lang), interviews_blocks(store, lang)))
