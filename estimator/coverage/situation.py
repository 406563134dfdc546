"""What is known of an order and its patient, as criteria ask for it: the facts given, and those that follow."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator.coverage.evaluation import Facts
from estimator.coverage.label import LabelReading
from estimator.model.codes import LabelStatus, Route, Site
from estimator.reference.book import ReferenceBook
from estimator.reference.clinical import ClinicalValue
from estimator.reference.clinical_reading import CONDITION_LIST
from estimator.reference.policies import Policy

ADULT_FROM = 18
IMMUNE_GLOBULIN_GROUPS = ("ivig", "scig")


class Situation(NamedTuple):
    """An order as policies look at it. ``site`` is ``None`` while nobody has said where it is given.

    ``repeats`` says whether courses follow one another; ``None`` where the order does not say.
    """

    state: str | None
    route: Route
    site: Site | None
    diagnosis: str | None
    indication: str | None
    condition: str | None
    product_id: str | None
    age_years: int | None
    mg_per_kg: Decimal | None
    mg_per_course: Decimal | None
    interval_days: Decimal | None
    on: date
    as_of: date
    repeats: bool | None = None


def known_facts(
    situation: Situation, given: Mapping[str, ClinicalValue], reading: LabelReading, book: ReferenceBook
) -> dict[str, ClinicalValue]:
    """Give every fact known: what the order says, what follows from it, and what was given, which goes first."""
    return {**_of_product(situation, reading, book), **_of_order(situation, book), **given}


def phase(facts: Facts) -> str:
    """Say which criteria are asked for: those of a renewal when one is asked for or this plan has approved before.

    Who comes with another insurer's approval, or with none, is new to this plan.
    """
    said = facts.get("phase")
    if isinstance(said, str):
        return said
    is_ours = facts.get("approved_by") == "this_plan" or facts.get("approved_by_this_plan") is True
    return "renewal" if is_ours else "initial"


def conditions(situation: Situation, facts: Facts, book: ReferenceBook) -> frozenset[str]:
    """Name the exact disease: as given, else as the official title of the diagnosis code states it."""
    said = facts.get("condition") or situation.condition
    if isinstance(said, str):
        return frozenset({said})
    code = situation.diagnosis
    return frozenset(
        name.removeprefix(CONDITION_LIST)
        for name, (_, codes) in book.lists.items()
        if name.startswith(CONDITION_LIST) and code in codes
    )


def of_policy(policy: Policy, situation: Situation, facts: Facts) -> Facts:
    """Add what follows from a policy's own lists: whether the product is preferred, and which others failed."""
    route = situation.route.value
    preferred = policy.preferred.get(route, frozenset()) | policy.preferred.get("", frozenset())
    others = policy.nonpreferred.get(route, frozenset()) | policy.nonpreferred.get("", frozenset())
    found: dict[str, ClinicalValue] = {}
    if situation.product_id in preferred:
        found["product_preferred"] = True
    elif situation.product_id in others:
        found["product_preferred"] = False
    failed = facts.get("products_failed")
    if isinstance(failed, frozenset):
        by_vein = policy.preferred.get("iv", frozenset())
        found["each_preferred_failed"] = bool(preferred) and preferred <= failed
        found["preferred_tried"] = bool(preferred & failed)
        found["preferred_failed"] = Decimal(len(preferred & failed))
        found["preferred_iv_failed"] = Decimal(len(by_vein & failed))
        found |= failed_by_brand(failed)
    if facts.get("approved_by") is not None:
        found["approved_by_this_plan"] = facts["approved_by"] == "this_plan"
    return {**found, **facts} if found else facts


def _of_order(situation: Situation, book: ReferenceBook) -> dict[str, ClinicalValue]:
    found: dict[str, ClinicalValue] = {"route": situation.route.value}
    words = book.clinical.by_criterion["site"].order_words if "site" in book.clinical.by_criterion else {}
    if situation.site is not None:
        found["site"] = words.get(situation.site.value, situation.site.value)
    if situation.age_years is not None:
        found["age"] = Decimal(situation.age_years)
        found["age_group"] = "adult" if situation.age_years >= ADULT_FROM else "child"
    named = {"icd10": situation.diagnosis, "indication": situation.indication, "product": situation.product_id}
    return found | {name: value for name, value in named.items() if value is not None}


def _of_product(situation: Situation, reading: LabelReading, book: ReferenceBook) -> dict[str, ClinicalValue]:
    product = book.products.get(situation.product_id or "")
    found: dict[str, ClinicalValue] = {}
    if product is not None:
        found["product_labeled_sc"] = Route.SC in product.routes
        if product.group in IMMUNE_GLOBULIN_GROUPS:
            found["product_pooled_plasma"] = True
    if reading.status is LabelStatus.PRODUCT_LABELED:
        if reading.age_is_inside is not None:
            found["label_use"] = reading.age_is_inside
    elif product is not None or (reading.status is LabelStatus.OFF_LABEL and situation.indication is not None):
        found["label_use"] = False
    return found


def failed_by_brand(failed: Iterable[str]) -> dict[str, ClinicalValue]:
    """Say which of the brands that step rules name failed; of those not listed nothing is known."""
    listed = frozenset(failed)
    return {
        f"{brand}_failed": True
        for brand in ("gammagard", "octagam", "hizentra")
        if any(product.startswith(brand) for product in listed)
    }
