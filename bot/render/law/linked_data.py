"""The law pages as linked data (schema.org/Legislation), so that programs and search engines can tell what they are.

Said only as far as it is known: the pages restate the law and have no legal value of their own; who passed an act and when it
was signed is not in the store and is left out; whether a section that a newer act changed is in force as shown is left out too.
"""

from __future__ import annotations

import re
from typing import Any

from bot.law.store import LawStore
from bot.render.law.bills import BillPage
from bot.render.law.section import SectionPage, formal
from bot.render.law.words import say

CONTEXT = "https://schema.org"


def of_section(store: LawStore, page: SectionPage, base: str) -> dict[str, Any]:
    """The section that ``page`` shows; ``base`` is the public address of this site, empty where it has none."""
    own = re.fullmatch(store.jurisdiction.section_form, page.section)
    head = store.head(page.section)
    data: dict[str, Any] = {
        "@context": CONTEXT, "@type": "Legislation", "@id": base + page.address, "url": base + page.address, "name": page.title,
        "legislationIdentifier": page.cite, "inLanguage": page.lang,
        "legislationDateOfApplicability": page.version.effective.isoformat(),
        "legislationDateVersion": (page.as_of or (head.checked_on if head else page.version.effective)).isoformat(),
        "isBasedOn": page.official.url,
        "abstract": " ".join(provision.text for provision in page.version.provisions),
        "usageInfo": say("text_intro", page.lang),
        "encoding": {
            "@type": "LegislationObject", "encodingFormat": "text/html", "contentUrl": base + page.address, "inLanguage": page.lang,
            "legislationLegalValue": f"{CONTEXT}/UnofficialLegalValue",
        },
    }
    if head:
        data["dateModified"] = data["sdDatePublished"] = head.checked_on.isoformat()
    if own:
        data["legislationJurisdiction"] = {"@type": "AdministrativeArea", "name": store.jurisdiction.name}
    if page.version.acts:
        data["legislationConsolidates"] = [{"@type": "Legislation", "legislationIdentifier": act} for act in page.version.acts]
    if force := _force(page):
        data["legislationLegalForce"] = f"{CONTEXT}/{force}"
    if page.version.provisions and page.version.provisions[0].anchor:
        data["hasPart"] = [
            {"@type": "Legislation", "@id": f"{base}{page.address}#{provision.anchor}", "legislationIdentifier": formal(store, provision.cite),
             "abstract": provision.text, "inLanguage": provision.lang}
            for provision in page.version.provisions
        ]
    if page.refers_to:
        data["citation"] = [
            {"@type": "Legislation", "legislationIdentifier": formal(store, other.cite), "name": other.title,
             **({"url": base + other.address} if other.address else {})}
            for other in page.refers_to
        ]
    return data


def _force(page: SectionPage) -> str:
    if page.version.repealed or not page.today:
        return "NotInForce"
    return "" if page.under_review else "InForce"


def of_bill(store: LawStore, page: BillPage, base: str) -> dict[str, Any]:
    """A bill: legislation that was proposed and, as such, never in force."""
    data: dict[str, Any] = {
        "@context": CONTEXT, "@type": "Legislation", "@id": base + page.address, "url": base + page.address, "name": page.title,
        "legislationType": "Bill", "legislationJurisdiction": {"@type": "AdministrativeArea", "name": store.jurisdiction.name},
        "legislationLegalForce": f"{CONTEXT}/NotInForce", "inLanguage": "en", "abstract": page.summary,
    }
    if page.number:
        data["legislationIdentifier"] = page.number
    if page.official:
        data["isBasedOn"] = page.official
    return data
