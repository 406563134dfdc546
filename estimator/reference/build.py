"""Build a ReferenceBook from records, and refuse what cannot be used."""

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from typing import TypeVar

from estimator.errors import BadFact
from estimator.model.codes import Category
from estimator.model.periods import Period
from estimator.reference import clinical, derived, kinds, policies, publications
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import DiagnosisCode, Fact, Source, Standing
from estimator.reference.timelines import Spread, Timeline, widest

_STATED = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?").fullmatch

NUMBER_KINDS = frozenset(
    {
        "payment_limit",
        "part_b_coinsurance",
        "physician_rvu",
        "conversion_factor",
        "opps_rate",
        "medicare_amount",
        "federal_limit",
        "poverty_guideline",
        "program_amount",
        "home_infusion_rate",
    }
)
"""Kinds whose value is one number that changes over time."""

WORD_KINDS = frozenset(
    {
        "claim_modifier",
        "opps_status",
        "payer_rule",
        "denial_liability",
        "commercial_ratio",
        "mue",
        "plausible_range",
        "coding_rule",
        "benefit_rule",
        "medigap_plan",
        "state_rule",
        "assistance_program",
        "price_study",
        "policy",
    }
)
"""Kinds whose value is a word or a small map."""

TYPED_KINDS = frozenset(
    {
        "product",
        "package",
        "billing_code",
        "label",
        "infusion_rate",
        "regimen",
        "indication",
        "diagnosis_list",
        "coverage_flag",
        "publication",
        "clinical_fact",
    }
)
"""Kinds whose value has a type of its own in ``kinds``."""

_T = TypeVar("_T")


def build(
    facts: Iterable[Fact],
    sources: Iterable[Source],
    diagnosis_codes: Iterable[DiagnosisCode],
    *,
    version: str,
) -> ReferenceBook:
    """Build the book. Raises ``BadFact`` for a record of an unknown kind, form, source or reference."""
    by_kind: dict[str, list[Fact]] = defaultdict(list)
    by_id: dict[str, Fact] = {}
    known_sources = {source.id: source for source in sources}
    for fact in facts:
        _check_record(fact, by_id, known_sources)
        by_id[fact.id] = fact
        if fact.standing is Standing.IN_FORCE:
            by_kind[fact.kind].append(fact)
    for fact in derived.physician_fees(by_kind["physician_rvu"], by_kind["conversion_factor"]):
        by_id[fact.id] = fact
        by_kind[fact.kind].append(fact)
    products = _products(by_kind["product"])
    indications = {fact.key: kinds.indication(fact) for fact in by_kind["indication"]}
    aliases = {alias: item.id for item in indications.values() for alias in item.aliases}
    codes = _diagnosis_codes(diagnosis_codes)
    lists = {fact.key: (fact, _codes(fact, codes)) for fact in by_kind["diagnosis_list"]}
    dictionary = clinical.dictionary({fact.key: clinical.clinical_fact(fact) for fact in by_kind["clinical_fact"]})
    timelines = {
        key: Timeline(group)
        for kind in (*NUMBER_KINDS, "physician_fee")
        for key, group in _grouped(by_kind[kind]).items()
    }
    billing_codes = _in_time(by_kind["billing_code"], kinds.billing_code)
    return ReferenceBook(
        version=version,
        facts=MappingProxyType(by_id),
        sources=MappingProxyType(known_sources),
        timelines=MappingProxyType(timelines),
        products=MappingProxyType(products),
        product_names=MappingProxyType(_product_names(products)),
        packages=MappingProxyType(_packages(by_kind["package"], products)),
        billing_codes=MappingProxyType(billing_codes),
        labels=MappingProxyType(_labels(by_kind["label"], products, indications, aliases)),
        ladders=MappingProxyType(_ladders(by_kind["infusion_rate"], products)),
        regimens=MappingProxyType(
            {fact.key: found for fact in by_kind["regimen"] if (found := kinds.regimen(fact)) is not None}
        ),
        indications=MappingProxyType(indications),
        indications_by_code=MappingProxyType(_by_code(indications)),
        diagnosis_codes=MappingProxyType(codes),
        lists=MappingProxyType(lists),
        flags=MappingProxyType({fact.key: kinds.flag_kind(fact) for fact in by_kind["coverage_flag"]}),
        publications=MappingProxyType(
            {fact.key: publications.publication(fact) for fact in _ordered(by_kind["publication"])}
        ),
        words=MappingProxyType(
            {key: _ordered(group) for kind in WORD_KINDS for key, group in _grouped(by_kind[kind]).items()}
        ),
        clinical=dictionary,
        policies=MappingProxyType(
            policies.policies(by_kind["policy"], dictionary, {name: codes for name, (_, codes) in lists.items()})
        ),
        class_spread=MappingProxyType(_class_spread(timelines, billing_codes)),
        newest_publication=max(
            (fact.published_on for fact in by_id.values() if fact.published_on is not None), default=None
        ),
        is_earlier=False,
        oldest_code_list=min((records[0].period.first_day for records in codes.values()), default=date.min),
    )


def known_on(book: ReferenceBook, day: date) -> ReferenceBook:
    """Give the book of those facts that had been published by ``day``, as far as can be told (``known_from``)."""
    stated = [fact for fact in book.facts.values() if fact.kind != "physician_fee"]
    known = [fact for fact in stated if known_from(fact, book.sources) <= day]
    if len(known) == len(stated):
        return book
    earlier = build(known, book.sources.values(), (), version=book.version)
    return replace(
        earlier, diagnosis_codes=book.diagnosis_codes, oldest_code_list=book.oldest_code_list, is_earlier=True
    )


def known_from(fact: Fact, sources: Mapping[str, Source]) -> date:
    """Give the day from which a fact counts as known: the day it was published.

    Where that is not on file, the earlier of two days by which it must have been: the first day it holds, and the last
    day on which its source may have been published. See ``docs/decisions``.
    """
    if fact.published_on is not None:
        return fact.published_on
    source = _latest(sources[fact.source_id].published_on)
    return fact.period.first_day if source is None else min(fact.period.first_day, source)


def _latest(published_on: str | None) -> date | None:
    """Read when a source was published, stated as a day, a month or a year: the last day that may be."""
    found = _STATED(published_on or "")
    if found is None:
        return None
    year, month, day = (None if part is None else int(part) for part in found.groups())
    assert year is not None
    return date(year, month or 12, day or monthrange(year, month or 12)[1])


def _check_record(fact: Fact, seen: Mapping[str, Fact], sources: Mapping[str, Source]) -> None:
    if fact.kind not in NUMBER_KINDS | WORD_KINDS | TYPED_KINDS:
        raise BadFact(file=fact.kind, row=fact.id, reason="unknown kind")
    if fact.id in seen:
        raise BadFact(file=fact.kind, row=fact.id, reason="the same id stands twice")
    if fact.source_id not in sources:
        raise BadFact(file=fact.kind, row=fact.id, reason=f"unknown source {fact.source_id!r}")


def _grouped(facts: Iterable[Fact]) -> dict[tuple[str, str], list[Fact]]:
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.kind, fact.key].append(fact)
    return groups


def _in_time(facts: Iterable[Fact], read: Callable[[Fact], _T]) -> dict[str, tuple[_T, ...]]:
    groups: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        groups[fact.key].append(fact)
    return {
        key: tuple(read(fact) for fact in sorted(group, key=lambda item: item.period.first_day))
        for key, group in groups.items()
    }


def _products(facts: Iterable[Fact]) -> dict[str, kinds.Product]:
    ordered = sorted(facts, key=lambda fact: fact.period.first_day)
    return {fact.key: kinds.product(fact) for fact in ordered}


def _product_names(products: Mapping[str, kinds.Product]) -> dict[str, str]:
    names: dict[str, str] = {}
    for product in products.values():
        for name in (product.id, product.brand, *product.names):
            names.setdefault(name.casefold(), product.id)
    return names


def _ordered(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: (fact.period.first_day, fact.release or 0)))


def _packages(facts: Iterable[Fact], products: Mapping[str, kinds.Product]) -> dict[str, tuple[kinds.Package, ...]]:
    groups: dict[str, list[kinds.Package]] = defaultdict(list)
    for history in _grouped(facts).values():
        for package in _in_succession([kinds.package(fact) for fact in _ordered(history)]):
            if package.product_id not in products:
                raise BadFact(file="package", row=package.fact_id, reason=f"unknown product {package.product_id!r}")
            groups[package.product_id].append(package)
    return {
        product_id: tuple(sorted(group, key=lambda item: _preference(item, products[product_id])))
        for product_id, group in groups.items()
    }


def _in_succession(history: list[kinds.Package]) -> list[kinds.Package]:
    """Let each record of a package end where the next begins; records that only repeat the one before are one."""
    found: list[kinds.Package] = []
    for package in history:
        if found and found[-1].period.first_day == package.period.first_day:
            found[-1] = package
        elif found and found[-1]._replace(period=package.period, fact_id=package.fact_id) == package:
            found[-1] = package._replace(period=Period(found[-1].period.first_day, package.period.last_day))
        else:
            if found and found[-1].period.holds(package.period.first_day):
                until = package.period.first_day - timedelta(days=1)
                found[-1] = found[-1]._replace(period=Period(found[-1].period.first_day, until))
            found.append(package)
    return found


def _preference(package: kinds.Package, product: kinds.Product) -> tuple[int, bool, str]:
    maker = product.manufacturer.split()[0].casefold()
    return -package.mg, not package.labeler.casefold().startswith(maker), package.ndc


def _labels(
    facts: Iterable[Fact],
    products: Mapping[str, kinds.Product],
    indications: Mapping[str, kinds.Indication],
    aliases: Mapping[str, str],
) -> dict[tuple[str, str], tuple[tuple[Fact, kinds.Label], ...]]:
    groups: dict[tuple[str, str], list[tuple[Fact, kinds.Label]]] = defaultdict(list)
    for fact in facts:
        label = kinds.label(fact)
        indication = aliases.get(label.indication, label.indication)
        if label.product_id not in products or indication not in indications:
            raise BadFact(file=fact.kind, row=fact.id, reason="unknown product or indication")
        groups[label.product_id, indication].append((fact, label._replace(indication=indication)))
    return {key: tuple(group) for key, group in groups.items()}


def _ladders(facts: Iterable[Fact], products: Mapping[str, kinds.Product]) -> dict[tuple[str, str], kinds.RateLadder]:
    ladders = {}
    for fact in facts:
        product_id, _, indication = fact.key.partition(":")
        if product_id not in products:
            raise BadFact(file=fact.kind, row=fact.id, reason=f"unknown product {product_id!r}")
        ladders[product_id, indication] = kinds.rate_ladder(fact, products[product_id].concentration_percent)
    return ladders


def _by_code(indications: Mapping[str, kinds.Indication]) -> dict[str, tuple[str, ...]]:
    """List the indications of each code: those it stands for alone first, then those a label names."""
    groups: dict[str, list[kinds.Indication]] = defaultdict(list)
    for indication in indications.values():
        for code in indication.icd10:
            groups[code].append(indication)
    found = {}
    for code, group in groups.items():
        group.sort(key=lambda item: (code in item.icd10_broad, not item.class_labeled))
        found[code] = tuple(item.id for item in group)
    return found


def _diagnosis_codes(codes: Iterable[DiagnosisCode]) -> dict[str, tuple[DiagnosisCode, ...]]:
    groups: dict[str, tuple[DiagnosisCode, ...]] = {}
    for code in codes:
        groups[code.code] = (*groups.get(code.code, ()), code)
    return groups


def _codes(fact: Fact, known: Mapping[str, tuple[DiagnosisCode, ...]]) -> frozenset[str]:
    """Read a list: ``codes`` themselves, and with ``under`` every billable code that begins so."""
    value = fact.value if isinstance(fact.value, Mapping) else {}
    codes, under = _texts(value.get("codes"), fact), tuple(_texts(value.get("under", ()), fact))
    below = (
        code
        for code, records in known.items()
        if under and code.startswith(under) and any(record.billable for record in records)
    )
    return codes.union(below)


def _texts(raw: object, fact: Fact) -> frozenset[str]:
    if not isinstance(raw, list | tuple) or not all(isinstance(code, str) for code in raw):
        raise BadFact(file=fact.kind, row=fact.id, reason="codes must be a list of texts")
    return frozenset(raw)


def _class_spread(
    timelines: Mapping[tuple[str, str], Timeline], billing_codes: Mapping[str, tuple[kinds.BillingCode, ...]]
) -> dict[int, Spread]:
    """Give the range of payment limit changes over 1, 2, 3 … quarters among all codes that have a history.

    The drugs given before an infusion are another class, and do not count.
    """
    others = {code for code, records in billing_codes.items() if records[-1].category is Category.PREMEDICATION}
    histories = [
        timeline for (kind, code), timeline in timelines.items() if kind == "payment_limit" and code not in others
    ]
    longest = max((len(timeline) for timeline in histories), default=0)
    spreads = {}
    for steps in range(1, longest):
        moves = [
            spread for timeline in histories if len(timeline) > steps and (spread := timeline.spread(steps)) is not None
        ]
        if moves:
            spreads[steps] = widest(moves)
    return spreads
