"""A claim by itself, held against the edits on file: modifiers of waste, package codes, units of one day."""

from collections.abc import Iterator, Mapping
from datetime import date

from estimator.coverage.flags import Flag, raised
from estimator.model.codes import Payer, Site
from estimator.model.quantities import ceil_div
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import BillingCode

NDC_PAYERS = frozenset({Payer.COMMERCIAL, Payer.MEDICAID})


def edit_flags(
    *,
    payer: Payer,
    site: Site,
    units: tuple[tuple[str, int], ...],
    modifiers: frozenset[str],
    lacks_ndc: bool,
    on: date,
    book: ReferenceBook,
    is_supply: bool = False,
) -> Iterator[Flag]:
    """Hold a day's units, the drug's first, against the claim edits on file; ``modifiers`` are those of its lines.

    ``is_supply``: the drug's units are a supply for several infusions, which a shorter one would bring down.
    """
    drug = units[0][0] if units else None
    if payer is not Payer.SELF_PAY:
        facts = [book.word("claim_modifier", key, on) for key in ("discarded", "none_discarded")]
        found = next((fact for fact in facts if fact is not None and fact.value in modifiers), None)
        if found is not None:
            yield raised("JW_JZ", found.id, modifier=found.value)
    if lacks_ndc and payer in NDC_PAYERS:
        yield raised("NDC_NEEDED")
    setting = "outpatient_hospital" if site.is_hospital else "practitioner"
    if site is Site.HOME:
        setting = "dme_supplier"
    for code, count in units:
        fact = book.word("mue", f"{code}:{setting}", on)
        if fact is not None and count > (limit := int(str(fact.value))):
            said: dict[str, object] = {"measure": "supply"} if is_supply and code == drug else {}
            yield raised("MUE_OVER", fact.id, code=code, units=count, limit=limit, days=ceil_div(count, limit), **said)


def _is_unclassified(code: str, on: date, book: ReferenceBook) -> bool:
    """Say whether a code stands for any drug without one of its own, which may be an immune globulin."""
    fact = book.word("benefit_rule", "claim_units:unclassified_code", on)
    codes = fact.value.get("codes") if fact is not None and isinstance(fact.value, Mapping) else None
    return isinstance(codes, list | tuple) and code in codes


def claim_flags(
    *,
    payer: Payer,
    site: Site,
    drug: BillingCode,
    drug_units: int,
    service_units: tuple[tuple[str, int], ...],
    modifiers: frozenset[str],
    lacks_ndc: bool,
    unpriced: tuple[str, ...],
    on: date,
    book: ReferenceBook,
    is_supply: bool = False,
) -> tuple[Flag, ...]:
    """Give the flags of a claim by itself, without a patient or a plan."""
    edits = edit_flags(
        payer=payer,
        site=site,
        units=((drug.code, drug_units), *service_units),
        modifiers=modifiers,
        lacks_ndc=lacks_ndc,
        on=on,
        book=book,
        is_supply=is_supply,
    )
    flags = list(edits)
    if not drug.immune_globulin:
        said: dict[str, object] = {"measure": "unclassified"} if _is_unclassified(drug.code, on, book) else {}
        flags.append(raised("NOT_IMMUNE_GLOBULIN", code=drug.code, **said))
    if unpriced:
        flags.append(raised("NO_PUBLISHED_PRICE", about=", ".join(unpriced)))
    return tuple(flags)
