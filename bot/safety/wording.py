"""What is said in danger and when nothing else can be said. Read from the content files, not from law.db."""

from __future__ import annotations

from functools import cache

from bot import paths
from bot.law.content import LANGUAGES, read_yaml


@cache
def _texts() -> dict[str, dict[str, str]]:
    """Language, then ``file.key``, then words: every file of the bot's own words, with the numbers of help.yml filled in."""
    root = paths.content_dir()
    resources = read_yaml(root / "help.yml")
    files = {lang: sorted((root / "wording" / lang).glob("*.yml")) for lang in LANGUAGES}
    return {
        lang: {f"{path.stem}.{key}": _fill(text, resources) for path in files[lang] for key, text in read_yaml(path).items()}
        for lang in LANGUAGES
    }


def _fill(text: str, resources: list[dict[str, str]]) -> str:
    for resource in resources:
        for attribute in ("call", "text", "web", "email"):
            text = text.replace(f"{{{resource['id']}.{attribute}}}", resource.get(attribute, ""))
    return text


def load() -> None:
    """Read the files now, so that a missing one stops the start and not an answer."""
    _texts()


def emergency(kind: str, lang: str) -> str:
    """What someone in this kind of danger is told first."""
    return say(f"safety.emergency_{kind}", lang)


def unavailable(lang: str = "") -> str:
    """That no answer can be given now, with the numbers; in both languages where the language is not known."""
    if lang:
        return say("safety.fallback_unavailable", lang)
    return "\n".join(say("safety.fallback_unavailable", each) for each in LANGUAGES)


def numbers(lang: str) -> str:
    """The line with the numbers that stands below everything."""
    return say("safety.safety_footer", lang)


def gateway(key: str, lang: str) -> str:
    """What the gateway itself says: a refusal, or a label of the plain page."""
    return say(f"gateway.{key}", lang)


def say(key: str, lang: str) -> str:
    """The words of ``file.key``, such as ``pages.title``. Raises ``KeyError``."""
    return _texts()[lang][key]


def of_file(name: str, lang: str) -> dict[str, str]:
    """All words of one file by their keys, such as those of ``widget``."""
    return {key.removeprefix(f"{name}."): text for key, text in _texts()[lang].items() if key.startswith(f"{name}.")}
