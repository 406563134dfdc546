"""Codes and parameters → sentences, in English or Spanish. No number, code or word of the contract ever changes.

Days and counts are said as the language says them; Babel knows how (months, plural forms).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.units import format_unit

from estimator.errors import Problem
from estimator.model.money import Cents, text
from services.runtime import Runtime

Params = Iterable[tuple[str, str]]

COUNTED_BY = ("choices_count", "days", "count")
"""The parameters that a sentence with plural forms may go by, the first that is there."""
AMOUNTS = ("limit", "given")
"""Parameters that hold whole or exact dollars of a yearly amount, which are said with thousands set apart."""
NOTHING_NEAR = "nothing_near"
"""The reason that chooses the sentence without similar names, where none is similar."""
NAMED = ("indication", "indications")
"""Parameters that hold ids of indications, which are said by name."""

PRODUCTS = "products"
"""The parameter that holds ids of products, which are said by their brands."""

_is_amount = re.compile(r"\d+(\.\d+)?").fullmatch
_is_day = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch
_before_field = re.compile(r"^(?:coverage_periods\[\d+\]\.|.*?(?=\b(?:balances|plan)\.))").sub
_length = re.compile(r"(\d+)(?:-(\d+))? (day|week|month)").fullmatch


class _Params(dict[str, str]):
    """Parameters of a sentence; one that a sentence names and nobody gave stays visible as its name."""

    def __missing__(self, name: str) -> str:
        return name.replace("_", " ")


class Wording:
    """The sentences of one language."""

    def __init__(self, runtime: Runtime, language: str) -> None:
        self._sections: Mapping[str, object] = runtime.texts[language]
        self._runtime = runtime
        self.language = language

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wording) and other._sections is self._sections

    def __hash__(self) -> int:
        return id(self._sections)

    def sentence(self, section: str, code: str, params: Params = ()) -> str:
        """Render the sentence of a code; a code without a sentence is answered by itself."""
        params = tuple(params)
        found = self._of_count(self._entries(section).get(code), params)
        return found.format_map(self._said(params)) if isinstance(found, str) else code

    def part(self, section: str, code: str, name: str, params: Params = ()) -> str | None:
        """Render one of several sentences kept for a code, such as a flag's ``next_step``."""
        entry = self._entries(section).get(code)
        found = entry.get(name) if isinstance(entry, Mapping) else None
        return found.format_map(self._said(params)) if isinstance(found, str) else None

    def flag_part(self, code: str, name: str, params: Params) -> str | None:
        """Word one sentence of a flag; a flag that can be about several measures may have one for each."""
        params = tuple(params)
        measure = dict(params).get("measure")
        own = None if measure is None else self.part("flags", code, f"{name}_{measure}", params)
        return own or self.part("flags", code, name, params)

    def template(self, section: str, code: str, name: str) -> str:
        """Give one of several sentences kept for a code as it is kept, with its parameters in braces."""
        entry = self._entries(section).get(code)
        found = entry.get(name) if isinstance(entry, Mapping) else None
        return found if isinstance(found, str) else ""

    def name(self, indication: str) -> str:
        """Give the name of an indication in this language; an id that is not on file is answered by itself."""
        known = self._runtime.book.indications.get(indication)
        if known is None:
            return indication
        return known.name_es if self.language == "es" and known.name_es else known.name

    def _brand(self, product: str) -> str:
        known = self._runtime.book.products.get(product)
        return product if known is None else known.brand

    def _of_count(self, entry: object, params: tuple[tuple[str, str], ...]) -> object:
        """Choose the form of a sentence that its count asks for."""
        if not isinstance(entry, Mapping):
            return entry
        given = dict(params)
        count = next((given[name] for name in COUNTED_BY if name in given), "0")
        form = Locale.parse(self.language).plural_form(int(count) if count.isdecimal() else 0)
        return entry.get(form, entry.get("other"))

    def _said(self, params: Params) -> _Params:
        """Put the field's words for the contract's: ``physician_office`` becomes a doctor's office."""
        words = self._entries("words")
        said = _Params()
        for name, value in params:
            if name == PRODUCTS:
                said[name] = ", ".join(dict.fromkeys(self._brand(each) for each in value.split(", ")))
            elif name not in NAMED and not value[:1].isdecimal():
                said[name] = _in_words(value, words)
            elif name in NAMED:
                said[name] = "; ".join(self.name(each) for each in value.split(", "))
            elif name in AMOUNTS and _is_amount(value):
                said[name] = f"{Decimal(value):,}"
            elif _is_day(value):
                said[name] = _day(value, self.language)
            elif length := _length(value):
                said[name] = _span(length[1], length[2], length[3], self.language)
            else:
                said[name] = _in_words(value, words)
        return said

    def _entries(self, section: str) -> Mapping[str, object]:
        found = self._sections.get(section)
        return found if isinstance(found, Mapping) else {}


def _in_words(value: str, words: Mapping[str, object]) -> str:
    """Put the field's words for one of the contract's, or for each of several."""
    if ", " in value:
        return ", ".join(_in_words(each, words) for each in value.split(", "))
    # A field of balances or of a plan is called the same, whoever's it is; so is any of a coverage period.
    field = _before_field("", value)
    return str(words.get(value) or words.get(field) or words.get(_before_field("", field), value))


@lru_cache(maxsize=1024)
def _day(value: str, language: str) -> str:
    """Say a day: ``2027-01-05`` is January 5, 2027."""
    return format_date(date.fromisoformat(value), format="long", locale=language)


def _span(shortest: str, longest: str | None, unit: str, language: str) -> str:
    """Say a length of time or a range of them: ``1 month``, ``21-28 day`` is 21 to 28 days."""
    said = format_unit(int(longest or shortest), f"duration-{unit}", length="long", locale=language)
    return said if longest is None or longest == shortest else f"{shortest}–{said}"  # noqa: RUF001 - a range's dash


def dollars(amount: Cents) -> str:
    """Write an amount for a sentence: ``$2,979.80``."""
    whole, cents = divmod(amount, 100)
    return f"${whole:,}.{cents:02d}" if amount >= 0 else f"-{dollars(Cents(-amount))}"


def money(amount: Cents | None) -> str | None:
    """Write an amount for a document; unknown stays ``None``."""
    return None if amount is None else text(amount)


class _ProblemParams(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def problem_sentence(texts: Mapping[str, object], problem: Problem) -> str:
    """Word a problem with a field. Where a code has a sentence for the reason in ``why``, that one is used."""
    places = problem.pointer.removeprefix("?").split("/")
    field = next((place for place in reversed(places) if not place.isdecimal()), "")
    return code_sentence(texts, problem.code, {"field": field or "body", **problem.params})


def code_sentence(texts: Mapping[str, object], code: str, params: Mapping[str, object]) -> str:
    """Word the code of a problem."""
    found = texts.get("problems")
    if not isinstance(found, Mapping):
        return code.replace("_", " ")
    why = params.get("why") or (NOTHING_NEAR if params.get("near") == "" else None)
    template = (found.get(f"{code}.{why}") if why else None) or found.get(code)
    return code.replace("_", " ") if template is None else str(template).format_map(_ProblemParams(params))
