"""Clinical facts as a caller gave them → values in the units of the criteria, with every problem found."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import NamedTuple

from estimator.errors import Problem
from estimator.model.order import GivenFact
from estimator.model.quantities import plain
from estimator.reference.book import ReferenceBook
from estimator.reference.clinical import ClinicalFact, ClinicalValue, Contradiction

POINTER = "/clinical/"
CONDITION_LIST = "condition."
"""Diagnosis lists whose name begins so hold the codes that stand for one disease by its official title."""


class Refusal(NamedTuple):
    """Why a value is not taken."""

    code: str
    params: Mapping[str, object]


def read_clinical(
    given: tuple[tuple[str, GivenFact], ...], *, order: Mapping[str, ClinicalValue], book: ReferenceBook
) -> tuple[dict[str, ClinicalValue], list[Problem]]:
    """Read facts by either of their names into the names that criteria use.

    ``order`` is what the order itself says: a fact that contradicts it is a problem, and one that only the order may
    say is one too, the age excepted.
    """
    found: dict[str, ClinicalValue] = {}
    problems: list[Problem] = []
    names = book.clinical
    for name, value in given:
        pointer = pointer_of(name)
        fact = names.find(name)
        if fact is None:
            near = get_close_matches(name, [*names.by_name, *names.by_criterion], n=5)
            problems.append(Problem(pointer, "clinical_unknown", {"name": name, "near": ", ".join(near)}))
            continue
        read = _read(fact, value, book)
        if isinstance(read, Refusal):
            problems.append(Problem(pointer, read.code, read.params))
        elif fact.from_order and order.get(fact.criterion) != read:
            if fact.criterion == "age" and "age" not in order:
                found["age"] = read
            else:
                problems.append(Problem(pointer, "clinical_conflict", {"name": fact.name}))
        elif fact.criterion in found:
            problems.append(Problem(pointer, "clinical_twice", {"name": fact.name}))
        else:
            found[fact.criterion] = read
    problems.extend(_contradictions({**order, **found}, found, book))
    return found, problems


def _contradictions(
    known: Mapping[str, ClinicalValue], given: Mapping[str, ClinicalValue], book: ReferenceBook
) -> Iterator[Problem]:
    """Find facts that cannot hold together, by what the dictionary says of them."""
    names = book.clinical.by_criterion
    for criterion, value in given.items():
        fact = names[criterion]
        for each in fact.contradicts:
            other = known.get(each.criterion)
            if value == each.value and other is not None and _holds(other, each):
                about = {"name": fact.name, "other": names[each.criterion].name}
                yield Problem(pointer_of(fact.name), "clinical_contradiction", about)


def _holds(value: ClinicalValue, against: Contradiction) -> bool:
    if isinstance(value, Decimal) and isinstance(against.other, Decimal):
        return value < against.other if against.op == "<" else value >= against.other
    return value == against.other


def pointer_of(name: str) -> str:
    """Give the JSON pointer of a fact that was given by this name."""
    return POINTER + name.replace("~", "~0").replace("/", "~1")


def conditions_known(book: ReferenceBook) -> frozenset[str]:
    """Name every exact disease that a policy on file speaks of by a name of its own, or a list of codes stands for."""
    return book.remember(
        "conditions_known",
        lambda: (
            frozenset(
                name
                for versions in book.policies.values()
                for version in versions
                for entry in version.entries
                if not entry.is_general
                for name in (entry.name, *entry.conditions)
            )
            | frozenset(name.removeprefix(CONDITION_LIST) for name in book.lists if name.startswith(CONDITION_LIST))
            | frozenset(
                version.codes.condition_without
                for versions in book.policies.values()
                for version in versions
                if version.codes is not None and version.codes.condition_without is not None
            )
        ),
    )


def _read(fact: ClinicalFact, given: GivenFact, book: ReferenceBook) -> ClinicalValue | Refusal:
    value = given.value
    if fact.type == "flag":
        if isinstance(value, bool) and given.unit is None:
            return value
        return Refusal("clinical_not_a_flag", {"name": fact.name})
    if fact.type == "number":
        return _number(fact, given)
    words = (value,) if isinstance(value, str) else value
    if not isinstance(words, tuple) or (fact.type == "word" and len(words) != 1) or given.unit is not None:
        return Refusal("clinical_not_a_word", {"name": fact.name, "choices": _choices(fact)})
    return _words(fact, words, book)


def _number(fact: ClinicalFact, given: GivenFact) -> Decimal | Refusal:
    value = given.value
    if not isinstance(value, Decimal) or value < 0:
        return Refusal("clinical_not_a_number", {"name": fact.name, "units": ", ".join(fact.units)})
    if fact.unit == "count" and value != value.to_integral_value():
        return Refusal("clinical_not_whole", {"name": fact.name})
    if given.unit is None:
        if not fact.is_bare:
            return Refusal("clinical_needs_unit", {"units": ", ".join(fact.units)})
        return _inside(fact, value)
    said = _plain_unit(given.unit)
    for unit, size in fact.units.items():
        if _plain_unit(unit) == said:
            return _inside(fact, value * size)
    return Refusal("clinical_unit_unknown", {"unit": given.unit, "units": ", ".join(fact.units)})


def _inside(fact: ClinicalFact, value: Decimal) -> Decimal | Refusal:
    """Refuse a number that no patient has: a slip of the pen, or another unit."""
    if (fact.low is None or value >= fact.low) and (fact.high is None or value <= fact.high):
        return value
    unit = next((name for name, size in fact.units.items() if size == 1), "")
    low = "0" if fact.low is None else plain(fact.low)
    high = "…" if fact.high is None else plain(fact.high)
    return Refusal("clinical_implausible", {"name": fact.name, "low": low, "high": high, "unit": unit})


def _plain_unit(unit: str) -> str:
    """Bring a unit to one spelling: any case, no blanks, ``years`` as ``year``, the micro sign as ``u``."""
    plain = unit.casefold().replace(" ", "").replace("µ", "u").replace("μ", "u").replace("³", "3")
    plain = {"mm3": "/mm3", "cells/mm3": "/mm3", "cells/ul": "/ul", "percent": "%", "kg/m²": "kg/m2"}.get(plain, plain)
    return (
        plain.removesuffix("s") if plain in ("years", "months", "weeks", "days", "hours", "points", "counts") else plain
    )


def _words(fact: ClinicalFact, words: tuple[str, ...], book: ReferenceBook) -> ClinicalValue | Refusal:
    if fact.criterion == "products_failed":
        products = [book.find_product(word) for word in words]
        if None in products:
            return Refusal("clinical_not_a_word", {"name": fact.name, "choices": "GET /v1/products"})
        return frozenset(product.id for product in products if product is not None)
    known = frozenset(fact.choices) or (conditions_known(book) if fact.criterion == "condition" else frozenset())
    strange = [word for word in words if known and word not in known]
    if strange:
        near = get_close_matches(strange[0], sorted(known), n=5)
        choices = _choices(fact) or ", ".join(near)
        why = {} if choices else {"why": "nothing_near"}
        return Refusal("clinical_not_a_word", {"name": fact.name, "choices": choices, **why})
    return words[0] if fact.type == "word" else frozenset(words)


def _choices(fact: ClinicalFact) -> str:
    return ", ".join(fact.choices)
