"""Tells English from Spanish, a closed set, by their commonest words and signs."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from bot.nlp.folding import fold

Language = Literal["en", "es"]
# Words that carry the subject but stand in neither list of stop words, and the abbreviations people text.
_MORE = {
    "en": "hello hi hey thanks thank please lawyer court law sue money charged convicted help pls u ur dont cant im"
    " whats penalty defense post sign victim boss passport what's how's notice hotel does is long much who",
    "es": "hola gracias por favor abogado corte ley demandar dinero antecedentes acusada acusado condena ayuda ayudame victima"
    " jefe pasaporte aviso letrero pena delito trata tribunal quiero necesito puedo pueden debe tengo tiempo cuanto como q xq"
    " deberia declararme culpable denunciar denunciarlo conviene juicio jefe abogado trabajo dueno patron"
    " trafico hola donde cual cuales cuando quien borrar mi mis del las los una anular anulacion juvenil multa multas salon restaurante negocio"
    " carcel cargo cargos articulo art salir dejaban dejaron pegaba trabajar trabajaba demanda victimas ley leyes sueldo salario"
    " registro incluye cuesta sirve abogada patrona cubre castigo"
    " requisitos elementos definicion vigencia jurisprudencia resumen texto citas multa estandar prueba pruebas excepciones exenciones",
}
# Endings that English words hardly have: "dejaban", "obligaron", "pegando", "escaparme", "llevarlo".
_SPANISH_ENDING = re.compile(
    r"(?!coercion|suspicion)\w{2,}(?:cion|ciones|dad|miento|aban?|aron|ieron|[ai]endo|ando|[aei]r(?:me|se|lo|la|le|nos)|[aei]mos|encia|mente)$"
)


@cache
def _lexicon() -> dict[str, frozenset[str]]:
    from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH
    from spacy.lang.es.stop_words import STOP_WORDS as SPANISH

    english = {fold(word) for word in ENGLISH} | set(_MORE["en"].split())
    spanish = {fold(word) for word in SPANISH} | set(_MORE["es"].split())
    both = english & spanish
    return {"en": frozenset(english - both), "es": frozenset(spanish - both)}


def detect(text: str) -> Language | None:
    """The language of ``text``; None where it cannot be told ("hotel", "54-95c", "no").

    Example: ``detect("cuánto tiempo tengo")`` is ``"es"``.
    """
    text = " ".join(word for word in text.split() if not any(map(str.isdecimal, word)))  # a citation is the same in both
    words = [word for word in re.findall(r"[^\W\d_]+", fold(text)) if len(word) > 1 or word in "yq"]
    score = sum(word in _lexicon()["es"] for word in words) - sum(word in _lexicon()["en"] for word in words)
    score += 2 * len(re.findall(r"[¿¡ñÑ]", text)) + len(re.findall(r"[áéíóúÁÉÍÓÚ]", text))
    score += sum(bool(_SPANISH_ENDING.match(word)) for word in words)
    if score == 0:
        return None
    return "es" if score > 0 else "en"


def other_script(text: str) -> bool:
    """Whether most letters belong to neither language's alphabet: Chinese, Cyrillic, Arabic and so on."""
    letters = [char for char in text if char.isalpha()]
    foreign = sum(ord(char) > 0x24F for char in letters)
    return bool(letters) and foreign > len(letters) / 2
