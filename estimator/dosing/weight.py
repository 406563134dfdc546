"""The weight that a dose per kg is counted on: actual, ideal (Devine), adjusted, or as a rule on file says."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from estimator.errors import BadFact, Problem
from estimator.model.levels import Assumption
from estimator.model.order import DosingWeight, Patient
from estimator.model.quantities import plain
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.record_reading import exact

RULE = "benefit_rule"
IDEAL = "dose_weight:ideal"
ADJUSTED = "dose_weight:adjusted"
COMMON_RULE = "dose_weight:over_120_percent"
"""What a payer's rule is taken to be where none of this payer is on file: one hospital's printed rule, by name."""
POLICY_RULE = "dose_weight:policy:"
ADULT_AGE = 18
FORMULA_FROM_INCHES = 60


class Weighed(NamedTuple):
    """The weight a dose is counted on, in kg, and what else is known of the body. ``None``: cannot be worked out."""

    kg: Decimal
    basis: DosingWeight
    bmi: Decimal | None
    ideal_kg: Decimal | None
    adjusted_kg: Decimal | None
    fact_ids: tuple[str, ...] = ()


def weigh(
    patient: Patient,
    asked: DosingWeight,
    *,
    policies: Sequence[str],
    book: ReferenceBook,
    problems: list[Problem],
    assumptions: list[Assumption],
) -> Weighed | None:
    """Give the dosing weight; ``None`` where no weight was said, with a problem where one had to be worked out.

    Nobody is ever dosed on more than they weigh: where ideal or adjusted weight lies above actual weight, actual weight
    counts, by name.
    """
    weight = patient.weight
    if weight is None:
        if asked is not DosingWeight.ACTUAL:
            problems.append(Problem("/patient/weight", "required", {"why": "dosing_weight"}))
        return None
    actual, bmi = weight.kg, patient.body_mass_index
    ideal, adjusted, facts = _ideal_and_adjusted(patient, actual, book)
    known = Weighed(actual, DosingWeight.ACTUAL, bmi, ideal, adjusted)
    basis = asked
    if asked is DosingWeight.PAYER_RULE:
        basis, facts = _by_rule(known, patient, policies, book, problems, assumptions)
    if basis is DosingWeight.ACTUAL:
        return known._replace(fact_ids=facts if asked is not DosingWeight.ACTUAL else ())
    chosen = ideal if basis is DosingWeight.IDEAL else adjusted
    if chosen is None:
        problems.extend(_lacking(patient))
        return known
    if chosen > actual:
        figure = plain(chosen.quantize(Decimal("0.1")))
        assumptions.append(Assumption("actual_weight_is_lower", (("kg", figure),), "therapy.dosing_weight", facts))
        return known._replace(fact_ids=facts)
    return known._replace(kg=chosen, basis=basis, fact_ids=facts)


def _ideal_and_adjusted(
    patient: Patient, actual: Decimal, book: ReferenceBook
) -> tuple[Decimal | None, Decimal | None, tuple[str, ...]]:
    """Work both out where the formula holds: adults of 60 inches or more whose sex was said."""
    formula, excess = _record(IDEAL, book), _record(ADJUSTED, book)
    if formula is None or excess is None or patient.sex is None or patient.height is None or not _fits(patient):
        return None, None, ()
    base = formula[1].get("base_kg")
    if not isinstance(base, Mapping):
        raise BadFact(file=RULE, row=formula[0].id, reason="base_kg must be a map")
    above = patient.height.inches - FORMULA_FROM_INCHES
    ideal = exact(base.get(patient.sex.value), fact=formula[0]) + above * _number(formula, "kg_per_inch_above_60")
    adjusted = ideal + (actual - ideal) * _number(excess, "part_of_excess")
    return ideal, adjusted, (formula[0].id, excess[0].id)


def _fits(patient: Patient) -> bool:
    is_adult = patient.age_years is None or patient.age_years >= ADULT_AGE
    return is_adult and patient.height is not None and patient.height.inches >= FORMULA_FROM_INCHES


def _lacking(patient: Patient) -> list[Problem]:
    """Say what an ideal weight lacks."""
    found = []
    if patient.height is None:
        found.append(Problem("/patient/height", "required", {"why": "ideal_weight"}))
    if patient.sex is None:
        found.append(Problem("/patient/sex", "required", {"why": "ideal_weight"}))
    if not found and not _fits(patient):
        found.append(Problem("/therapy/dosing_weight", "no_ideal_weight"))
    return found


def _by_rule(
    known: Weighed,
    patient: Patient,
    policies: Sequence[str],
    book: ReferenceBook,
    problems: list[Problem],
    assumptions: list[Assumption],
) -> tuple[DosingWeight, tuple[str, ...]]:
    """Follow the rule of the policies named; where they have none, the common rule on file, which is said."""
    rule = next((found for policy in policies if (found := _record(f"{POLICY_RULE}{policy}", book))), None)
    if rule is None:
        rule = _record(COMMON_RULE, book)
        if rule is None:
            problems.append(Problem("/therapy/dosing_weight", "no_weight_rule"))
            return DosingWeight.ACTUAL, ()
        percent = plain(_number(rule, "threshold_percent_of_ideal"))
        assumptions.append(
            Assumption("weight_rule_common", (("percent", percent),), "therapy.dosing_weight", (rule[0].id,))
        )
    fact, value = rule
    if value.get("threshold_percent_of_ideal") is not None:
        if known.ideal_kg is None:
            problems.extend(_lacking(patient))
            return DosingWeight.ACTUAL, (fact.id,)
        is_over = known.kg > known.ideal_kg * _number(rule, "threshold_percent_of_ideal") / 100
    elif known.bmi is None:
        problems.append(Problem("/patient/height", "required", {"why": "bmi"}))
        return DosingWeight.ACTUAL, (fact.id,)
    elif value.get("body_mass_index_above") is not None:
        is_over = known.bmi > _number(rule, "body_mass_index_above")
    else:
        is_over = known.bmi >= _number(rule, "body_mass_index_from")
    return (DosingWeight.ADJUSTED if is_over else DosingWeight.ACTUAL), (fact.id,)


Record = tuple[Fact, Mapping[str, object]]


def _record(name: str, book: ReferenceBook) -> Record | None:
    records = book.words.get((RULE, name))
    if not records or not isinstance(records[-1].value, Mapping):
        return None
    return records[-1], records[-1].value


def _number(record: Record, name: str) -> Decimal:
    return exact(record[1].get(name), fact=record[0], name=name)
