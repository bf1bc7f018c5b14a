"""What is said in danger and when nothing else can be said. Read from the content files, not from law.db."""

from __future__ import annotations

from functools import cache

from bot import paths
from bot.law.content import LANGUAGES, read_yaml


@cache
def _texts() -> dict[str, dict[str, str]]:
    root = paths.content_dir()
    resources = read_yaml(root / "help.yml")
    texts = {}
    for lang in LANGUAGES:
        folder = root / "wording" / lang
        raw = {**read_yaml(folder / "safety.yml"), **{f"gateway.{k}": v for k, v in read_yaml(folder / "gateway.yml").items()}}
        texts[lang] = {key: _fill(text, resources) for key, text in raw.items()}
    return texts


def _fill(text: str, resources: list[dict[str, str]]) -> str:
    for resource in resources:
        for attribute in ("call", "text", "web"):
            text = text.replace(f"{{{resource['id']}.{attribute}}}", resource.get(attribute, ""))
    return text


def load() -> None:
    """Read the files now, so that a missing one stops the start and not an answer."""
    _texts()


def emergency(kind: str, lang: str) -> str:
    """What someone in this kind of danger is told first."""
    return _texts()[lang][f"emergency_{kind}"]


def unavailable(lang: str = "") -> str:
    """That no answer can be given now, with the numbers; in both languages where the language is not known."""
    if lang:
        return _texts()[lang]["fallback_unavailable"]
    return "\n".join(texts["fallback_unavailable"] for texts in _texts().values())


def numbers(lang: str) -> str:
    """The line with the numbers that stands below everything."""
    return _texts()[lang]["safety_footer"]


def gateway(key: str, lang: str) -> str:
    """What the gateway itself says: a refusal, or a label of the plain page."""
    return _texts()[lang][f"gateway.{key}"]
