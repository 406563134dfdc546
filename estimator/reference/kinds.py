"""What the value of a fact of each kind means: typed values, read strictly from records."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from estimator.errors import BadFact
from estimator.model.codes import Category, Route
from estimator.model.periods import Period
from estimator.model.quantities import MG_PER_GRAM, BillingUnits, Milligrams
from estimator.reference.facts import Fact
from estimator.reference.ramp_ups import RampUp, ramp_ups
from estimator.reference.record_reading import Reader, exact


class Product(NamedTuple):
    """An immune globulin product."""

    id: str
    brand: str
    manufacturer: str
    names: tuple[str, ...]
    routes: tuple[Route, ...]
    concentration_percent: Decimal
    hcpcs: str
    group: str
    status: str
    details: Mapping[str, object]
    fact_id: str

    @property
    def is_marketed(self) -> bool:
        """Say whether the product is on the market."""
        return self.status == "marketed"


class Package(NamedTuple):
    """One package size of a product, by its NDC."""

    ndc: str
    product_id: str
    labeler: str
    container: str
    mg: Milligrams
    ml: Decimal | None
    hcpcs: str | None
    billing_units: BillingUnits | None
    offered: bool
    period: Period
    fact_id: str


class BillingCode(NamedTuple):
    """A code of a claim line. Drug codes have a unit size; service codes have a role."""

    code: str
    category: Category
    name: str | None
    mg_per_unit: Decimal | None
    immune_globulin: bool
    route_modifiers: Mapping[str, str]
    role: str | None
    revenue_code: str | None
    period: Period
    fact_id: str


class LabelDose(NamedTuple):
    """One regimen of a label. The milligrams per kg are for a whole course, a week or a month, as ``per`` says.

    ``conversion_factor`` turns grams by vein into as many grams under the skin. ``ramp_up`` lists the schedules of
    smaller first doses, one for each interval of the full doses.
    """

    phase: str
    mg_per_kg_min: Decimal | None
    mg_per_kg_max: Decimal | None
    per: str
    interval_days: tuple[int, ...]
    days_min: int | None
    days_max: int | None
    conversion_factor: Decimal | None = None
    ramp_up: tuple[RampUp, ...] = ()

    def range_for(self, interval_days: Decimal | None) -> tuple[Decimal, Decimal] | None:
        """Give the lowest and the highest mg per kg of a course that comes every so many days.

        A dose that the label counts by the week or the month is cut to the interval; four weeks to 31 days are a month.
        ``None`` where the label states no dose, or counts by time and the interval is not known.
        """
        low, high = self.mg_per_kg_min, self.mg_per_kg_max
        if low is None or high is None:
            return None
        if self.per == "course":
            return low, high
        if interval_days is None or self.per not in DAYS_COUNTED:
            return None
        share = interval_days / DAYS_COUNTED[self.per]
        if self.per == "month" and SHORTEST_MONTH <= interval_days <= LONGEST_MONTH:
            share = Decimal(1)
        return low * share, high * share


DAYS_COUNTED = {"week": 7, "month": 30}
"""The days of what a label counts a dose by, where that is not the course."""
SHORTEST_MONTH, LONGEST_MONTH = 28, 31


class Label(NamedTuple):
    """What one product's label says about one indication."""

    product_id: str
    indication: str
    routes: tuple[Route, ...]
    age_min_years: int | None
    age_max_years: int | None
    age_text: str | None
    doses: tuple[LabelDose, ...]
    fact_id: str

    def is_for_age(self, age_years: int | None) -> bool:
        """Say whether the label is for a patient of this age; an age that was not said is no objection."""
        if age_years is None:
            return True
        from_age = self.age_min_years is None or age_years >= self.age_min_years
        return from_age and (self.age_max_years is None or age_years <= self.age_max_years)

    def dose(self, *phases: str) -> LabelDose | None:
        """Give the first regimen whose phase is one of ``phases``, in their order."""
        for phase in phases:
            for dose in self.doses:
                if dose.phase == phase:
                    return dose
        return None


class RateLadder(NamedTuple):
    """An infusion rate ladder: rates in mg per kg and minute; the last step has no minutes.

    ``first_steps`` are those of the very first infusion, where the label has slower ones for it.
    """

    initial_mg_per_kg_min: Decimal | None
    max_mg_per_kg_min: Decimal | None
    steps: tuple[tuple[Decimal, int | None], ...]
    fact_id: str
    first_steps: tuple[tuple[Decimal, int | None], ...] = ()


class Regimen(NamedTuple):
    """Usual practice for an indication, in mg per kg and course."""

    indication: str
    low: Decimal
    typical: Decimal
    high: Decimal
    interval_days: tuple[int, ...]
    days_per_course: tuple[int, ...]
    loading_mg_per_kg: Decimal | None
    fact_id: str
    cap_mg: Milligrams | None = None


class Evidence(NamedTuple):
    """One graded statement about the use of immune globulin in an indication."""

    grade: str
    by: str
    source_id: str
    basis: str


class Indication(NamedTuple):
    """A condition for which immune globulin is used. ``icd10_broad`` are those codes that stand for more than it."""

    id: str
    name: str
    name_es: str | None
    group: str
    icd10: tuple[str, ...]
    icd10_broad: tuple[str, ...]
    class_labeled: bool
    evidence: tuple[Evidence, ...]
    aliases: tuple[str, ...]
    details: Mapping[str, object]
    fact_id: str


class FlagKind(NamedTuple):
    """A registered coverage flag."""

    code: str
    severity: str
    owner: str
    when: str | None
    source_id: str
    fact_id: str


def product(fact: Fact) -> Product:
    """Read a product."""
    read = Reader(fact)
    return Product(
        id=fact.key,
        brand=read.text("brand"),
        manufacturer=read.text("manufacturer"),
        names=read.texts("names"),
        routes=read.routes(),
        concentration_percent=read.required_number("concentration_percent"),
        hcpcs=read.text("hcpcs"),
        group=read.text("group"),
        status=read.text("status"),
        details=read.value,
        fact_id=fact.id,
    )


def package(fact: Fact) -> Package:
    """Read a package."""
    read = Reader(fact)
    mg = read.integer("mg")
    if not mg or mg < 0:
        raise read.bad("mg", "must be a whole number above zero")
    units = read.integer("billing_units")
    return Package(
        ndc=fact.key,
        product_id=read.text("product"),
        labeler=read.text("labeler"),
        container=read.text("container"),
        mg=Milligrams(mg),
        ml=read.number("ml"),
        hcpcs=read.text_or_none("hcpcs"),
        billing_units=None if units is None else BillingUnits(units),
        offered=read.flag("offered"),
        period=fact.period,
        fact_id=fact.id,
    )


def billing_code(fact: Fact) -> BillingCode:
    """Read a billing code."""
    read = Reader(fact)
    modifiers = read.value.get("route_modifiers") or {}
    if not isinstance(modifiers, Mapping):
        raise read.bad("route_modifiers", "must be a map")
    try:
        category = Category(read.text("category"))
    except ValueError as error:
        raise read.bad("category", str(error)) from error
    return BillingCode(
        code=fact.key,
        category=category,
        name=read.text_or_none("name"),
        mg_per_unit=read.number("mg_per_unit"),
        immune_globulin=read.flag("immune_globulin"),
        route_modifiers={str(route): str(modifier) for route, modifier in modifiers.items()},
        role=read.text_or_none("role"),
        revenue_code=read.text_or_none("revenue_code"),
        period=fact.period,
        fact_id=fact.id,
    )


def label(fact: Fact) -> Label:
    """Read what a label says about one indication."""
    read = Reader(fact)
    return Label(
        product_id=read.text("product"),
        indication=read.text("indication"),
        routes=read.routes(),
        age_min_years=read.integer("age_min_years"),
        age_max_years=read.integer("age_max_years"),
        age_text=read.text_or_none("age_text"),
        doses=tuple(_label_dose(fact, dose) for dose in read.maps("doses")),
        fact_id=fact.id,
    )


def _label_dose(fact: Fact, dose: Mapping[str, object]) -> LabelDose:
    def number(name: str) -> Decimal | None:
        return None if dose.get(name) is None else exact(dose[name], fact=fact, name=name)

    def integer(name: str) -> int | None:
        found = dose.get(name)
        return found if isinstance(found, int) else None

    intervals = dose.get("interval_days") or ()
    if not isinstance(intervals, list | tuple) or not all(isinstance(days, int) for days in intervals):
        raise BadFact(file=fact.kind, row=fact.id, reason="interval_days must be a list of whole numbers")
    return LabelDose(
        phase=str(dose.get("phase")),
        mg_per_kg_min=number("mg_per_kg_min"),
        mg_per_kg_max=number("mg_per_kg_max"),
        per=str(dose.get("per") or "course"),
        interval_days=tuple(intervals),
        days_min=integer("days_min"),
        days_max=integer("days_max"),
        conversion_factor=number("conversion_factor"),
        ramp_up=ramp_ups(fact, dose.get("ramp_up")),
    )


def rate_ladder(fact: Fact, concentration_percent: Decimal) -> RateLadder:
    """Read an infusion rate ladder; millilitres per hour become milligrams per minute by the concentration."""
    read = Reader(fact)
    return RateLadder(
        initial_mg_per_kg_min=read.number("initial_mg_per_kg_min"),
        max_mg_per_kg_min=read.number("max_mg_per_kg_min"),
        steps=_rate_steps(read, "steps", concentration_percent),
        fact_id=fact.id,
        first_steps=_rate_steps(read, "first_infusion_steps", concentration_percent),
    )


def _rate_steps(read: Reader, name: str, concentration_percent: Decimal) -> tuple[tuple[Decimal, int | None], ...]:
    fact = read.fact
    steps = []
    for step in read.maps(name):
        minutes = step.get("minutes")
        if step.get("mg_per_kg_min") is not None:
            rate = exact(step["mg_per_kg_min"], fact=fact, name="mg_per_kg_min")
        else:
            per_hour = exact(step.get("ml_per_kg_h"), fact=fact, name="ml_per_kg_h")
            rate = per_hour * concentration_percent * 10 / 60
        steps.append((rate, minutes if isinstance(minutes, int) else None))
    return tuple(steps)


def regimen(fact: Fact) -> Regimen | None:
    """Read usual practice; a record that names no dose (some state only notes) gives ``None``."""
    read = Reader(fact)
    dose = read.value.get("mg_per_kg")
    if not isinstance(dose, Mapping) or dose.get("typical") is None:
        return None
    return Regimen(
        indication=fact.key,
        low=exact(dose.get("low", dose["typical"]), fact=fact, name="low"),
        typical=exact(dose["typical"], fact=fact, name="typical"),
        high=exact(dose.get("high", dose["typical"]), fact=fact, name="high"),
        interval_days=read.integers("interval_days"),
        days_per_course=read.integers("days_per_course"),
        loading_mg_per_kg=read.number("loading_mg_per_kg"),
        fact_id=fact.id,
        cap_mg=None if (cap := read.number("cap_grams")) is None else Milligrams(int(cap * MG_PER_GRAM)),
    )


def indication(fact: Fact) -> Indication:
    """Read an indication."""
    read = Reader(fact)
    return Indication(
        id=fact.key,
        name=read.text("name"),
        name_es=read.text_or_none("name_es"),
        group=read.text("group"),
        icd10=read.texts("icd10"),
        icd10_broad=read.texts("icd10_broad"),
        class_labeled=read.flag("class_labeled"),
        evidence=tuple(
            Evidence(
                grade=str(item.get("grade") or ""),
                by=str(item.get("by") or ""),
                source_id=str(item.get("source") or ""),
                basis=str(item.get("basis") or "unverified"),
            )
            for item in read.maps("evidence")
        ),
        aliases=read.texts("aliases"),
        details=read.value,
        fact_id=fact.id,
    )


def flag_kind(fact: Fact) -> FlagKind:
    """Read a registered flag."""
    read = Reader(fact)
    return FlagKind(
        code=fact.key,
        severity=read.text("severity"),
        owner=read.text("owner"),
        when=read.text_or_none("when"),
        source_id=fact.source_id,
        fact_id=fact.id,
    )
