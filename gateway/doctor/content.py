"""Whether what is served is what the files say, and whether the files were looked at lately."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import util
from pathlib import Path

import msgspec

from bot import model, paths, version
from bot.errors import ContentError, NoLawStore
from bot.law.content import digest, read_yaml
from bot.law.overdue import overdue
from bot.law.records import Resource
from bot.law.store import LawStore
from gateway.doctor.finding import Deployment, Finding, fine, warning, wrong

OLD_DAYS = 180  # after which the law is to be checked again: a session of the legislature lies between


def made_of(deployment: Deployment) -> Iterator[Finding]:
    """Which version this is, and whether anyone else could tell what is in it."""
    made = version.here()
    checked = f", law checked {made.law_checked}, revised to {made.law_revised_to}" if made.law_checked else ""
    yield fine(f"Charter Oak {made.program}, content {made.content or 'none'}{checked}, model {made.model or 'none'}.")
    if deployment.public and made.commit.endswith("changes"):
        yield warning("Files differ from the commit that they were taken from, so nobody can tell later what was running.",
                      "Run a release (docs/releasing.md), or commit the changes.")


def law_store(deployment: Deployment) -> Iterator[Finding]:
    """law.db is there, made of the present content, and checked lately."""
    path = Path(deployment.get("CHARTER_OAK_LAW_DB") or paths.law_db())
    try:
        store = LawStore(path)
    except NoLawStore:
        yield wrong(f"There is no law store at {path}, so no question is answered.", "Run: charter-oak build")
        return
    content = _content(deployment)
    if not content.is_dir():
        yield wrong(f"There is no content at {content}.", "Point CHARTER_OAK_CONTENT at the folder with the law and the words.")
        return
    if store.content_hash != digest(content):
        yield wrong("The law store was made of other content than is here now, so answers may be old ones.",
                    "Run: charter-oak build, and start again.")
    else:
        yield fine("The law store is that of the present content.")
    age = (deployment.now.date() - store.checked_on).days
    if age > OLD_DAYS:
        yield warning(f"The law was last checked {age} days ago, on {store.checked_on}.",
                      "Compare the sections with the official text and set their dates; see CONTRIBUTING.md.")


def language_model(deployment: Deployment) -> Iterator[Finding]:
    """The trained model is that of the present phrases and settings."""
    if not util.find_spec("rasa"):
        yield fine("Rasa is not installed here, so no model is looked for.")
    elif not model.current().exists():
        yield wrong("There is no model of the present phrases and settings.", "Run: charter-oak train")
    else:
        yield fine("The model is that of the present phrases and settings.")


def numbers_to_call(deployment: Deployment) -> Iterator[Finding]:
    """Each place to turn to was checked in time: a wrong number hurts whoever dials it."""
    path = _content(deployment) / "help.yml"
    try:
        resources = msgspec.convert(read_yaml(path), list[Resource])
    except (OSError, ContentError, msgspec.ValidationError):
        yield wrong(f"{path} cannot be read, so there are no numbers to give.", "Run: charter-oak check")
        return
    late = overdue(resources, deployment.now.date())
    if late:
        named = ", ".join(f"{place.id} ({place.review_by})" for place in late)
        yield warning(f"These entries of help.yml were to be checked again: {named}.",
                      "Call each number or read the service's own page, then set checked_on and review_by.")
    else:
        yield fine("Every number to call was checked in time.")


def _content(deployment: Deployment) -> Path:
    return Path(deployment.get("CHARTER_OAK_CONTENT") or paths.content_dir())
