"""What the bot says and is asked, as the store holds it: answers, topics, terms, furniture, interviews, and the full-text index."""

from __future__ import annotations

import re
from functools import cached_property

import msgspec

from bot.law.database import Database
from bot.law.found import SearchHit
from bot.law.records import Answer, Interview, InterviewWords, Resource, Term, Topic


class Spoken(Database):
    """Reads the wording and the vocabulary."""

    def answer(self, topic: str, lang: str, variant: str = "") -> Answer | None:
        """The wording of a topic's answer; ``None`` where there is no such variant."""
        rows = self._rows("select record from answers where lang = ? and topic = ? and variant = ?", lang, topic, variant)
        return msgspec.json.decode(rows[0]["record"], type=Answer) if rows else None

    def answers_to(self, topic: str, lang: str) -> dict[str, Answer]:
        """Every variant of a topic's answer, its own under the empty name, in the order of the files."""
        rows = self._rows("select variant, record from answers where lang = ? and topic = ? order by rowid", lang, topic)
        return {row["variant"]: msgspec.json.decode(row["record"], type=Answer) for row in rows}

    @cached_property
    def rests_on(self) -> dict[str, dict[str, float]]:
        """For each topic the sections and provisions its answer rests on, heavier the earlier and the oftener they are cited."""
        found: dict[str, dict[str, float]] = {}
        for row in self._rows("select topic, record from answers where lang = 'en' and variant = '' order by rowid"):
            sentences = msgspec.json.decode(row["record"], type=Answer).full
            weights = found.setdefault(row["topic"], {})
            for place, cite in enumerate(cite for sentence in sentences for cite in sentence.cites):
                for rested_on in {cite, cite.partition("(")[0]}:
                    weights[rested_on] = weights.get(rested_on, 0) + 1 / (1 + place)
        return found

    @cached_property
    def topics_on(self) -> dict[str, str]:
        """For each section and provision the topic whose answer rests on it most."""
        sections = {section for weights in self.rests_on.values() for section in weights}
        return {section: max(self.rests_on, key=lambda topic: self.rests_on[topic].get(section, 0)) for section in sections}

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """Every topic by its id."""
        found = {}
        for row in self._rows("select * from topics"):
            found[row["topic"]] = Topic(
                topic=row["topic"], asks=row["asks"], related=tuple(msgspec.json.decode(row["related"])),
                facets=tuple(msgspec.json.decode(row["facets"])), subject=row["subject"],
                default_subject=row["default_subject"], headline=bool(row["headline"]), about=row["about"],
                counts=row["counts"], counted_by=row["counted_by"],
                with_a_minor=row["with_a_minor"], when_named=row["when_named"],
            )
        return found

    @cached_property
    def topic_groups(self) -> dict[str, str]:
        """The group that each topic belongs to."""
        return {row["topic"]: row["topic_group"] for row in self._rows("select topic, topic_group from topics order by rowid")}

    @cached_property
    def terms(self) -> dict[str, dict[str, Term]]:
        """Offenses, businesses and professions that questions name: subject, then id."""
        found: dict[str, dict[str, Term]] = {}
        for row in self._rows("select * from terms order by rowid"):
            found.setdefault(row["subject"], {})[row["id"]] = Term(
                id=row["id"], label=msgspec.json.decode(row["label"]),
                names={lang: tuple(names) for lang, names in msgspec.json.decode(row["names"]).items()},
                provision=row["provision"], outcome=row["outcome"], felony_class=row["felony_class"],
            )
        return found

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The places to turn to, by id."""
        rows = self._rows("select record from resources")
        return {r.id: r for r in (msgspec.json.decode(row["record"], type=Resource) for row in rows)}

    @cached_property
    def phrases(self) -> dict[str, dict[str, str]]:
        """The bot's furniture: language, then key, then words."""
        found: dict[str, dict[str, str]] = {}
        for row in self._rows("select lang, key, text from phrases"):
            found.setdefault(row["lang"], {})[row["key"]] = row["text"]
        return found

    @cached_property
    def titles(self) -> dict[str, str]:
        """The topic of each answer's title, in both languages."""
        return {row["title"]: row["topic"] for row in self._rows("select title, topic from answers where variant = '' order by rowid desc")}

    @cached_property
    def interviews(self) -> dict[str, Interview]:
        """The guided interviews by name."""
        rows = self._rows("select interview, record from interviews order by rowid")
        return {row["interview"]: msgspec.json.decode(row["record"], type=Interview) for row in rows}

    @cached_property
    def interview_words(self) -> dict[str, dict[str, InterviewWords]]:
        """The wording of the interviews: language, then name."""
        found: dict[str, dict[str, InterviewWords]] = {}
        for row in self._rows("select lang, interview, record from interview_words"):
            found.setdefault(row["lang"], {})[row["interview"]] = msgspec.json.decode(row["record"], type=InterviewWords)
        return found

    def search(self, text: str, lang: str, limit: int = 5) -> tuple[SearchHit, ...]:
        """The best full-text matches for the words of ``text``; empty when none of them occurs.

        Words are quoted one by one: to FTS5 a bare ``54-95c`` would be an expression.
        """
        words = [word for word in re.findall(r"[^\W_]+", text.lower()) if len(word) > 2][:24]
        if not words:
            return ()
        query = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
        rows = self._rows(
            "select s.kind, s.key, s.title, s.body from search_fts f join search s on s.rowid = f.rowid"
            " where search_fts match ? and s.lang = ? order by bm25(search_fts, 4.0, 1.0) limit ?",
            query, lang, limit,
        )
        return tuple(msgspec.convert(dict(row), SearchHit) for row in rows)
