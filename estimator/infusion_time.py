"""Label rate steps, or the limits of subcutaneous sites → minutes of infusing."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from estimator.model.claims import InfusionTime, RateStep
from estimator.model.codes import InfusionRisk, MinutesBasis
from estimator.model.quantities import Milligrams, Minutes
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Basis, Fact
from estimator.reference.kinds import Product, RateLadder
from estimator.reference.record_reading import exact

WHEN_UNKNOWN = "infusion_minutes_when_unknown"
ADULT_WEIGHT = "adult_weight_kg"
ADULT_AGE = 18
SITE_LIMIT = "sc_site_limit"
AT_RISK = "infusion_rate_at_risk"
OF_CLASS = "class"


class RiskRate(NamedTuple):
    """The fastest rate for a patient at risk, in mg per kg and minute.

    ``is_printed``: the product's own label was read to print it for every risk. Else the label asks for the lowest rate
    practicable as far as is known, and the figure is that of the labels which print one, or one not checked.
    """

    mg_per_kg_min: Decimal
    is_printed: bool
    fact_ids: tuple[str, ...]


def stated(minutes: Minutes, basis: MinutesBasis) -> InfusionTime:
    """Take the minutes the caller planned or documented."""
    return InfusionTime(minutes, minutes, minutes, basis)


def over_weights(
    dose_mg: Milligrams,
    *,
    product_id: str,
    indication: str | None,
    on: date,
    book: ReferenceBook,
    at_risk: RiskRate | None = None,
    is_first: bool = False,
) -> InfusionTime | None:
    """Work out the minutes at the lightest, the middle and the heaviest adult weight on file: the weight is unknown."""
    fact = book.word("plausible_range", ADULT_WEIGHT, on)
    weights = fact.value if fact is not None else None
    if fact is None or not isinstance(weights, Mapping):
        return None
    heaviest, middle, lightest = (
        from_label(
            dose_mg,
            Decimal(str(weights[name])),
            product_id=product_id,
            indication=indication,
            on=on,
            book=book,
            at_risk=at_risk,
            is_first=is_first,
        )
        for name in ("high", "typical", "low")
    )
    if heaviest is None or middle is None or lightest is None:
        return None
    return InfusionTime(
        min(heaviest.low, lightest.low),
        middle.expected,
        max(heaviest.high, lightest.high),
        MinutesBasis.WEIGHT_UNKNOWN,
        (),
        tuple(dict.fromkeys((fact.id, *middle.fact_ids))),
    )


def unknown(on: date, *, book: ReferenceBook) -> InfusionTime | None:
    """Give the bounds on file for an infusion of which neither the minutes nor the rate are known."""
    fact = book.word("plausible_range", WHEN_UNKNOWN, on)
    bounds = fact.value if fact is not None else None
    if fact is None or not isinstance(bounds, Mapping):
        return None
    low, high = (Minutes(int(str(bounds[name]))) for name in ("low", "high"))
    return InfusionTime(low, None, high, MinutesBasis.UNKNOWN, (), (fact.id,))


def risk_rate(risks: tuple[InfusionRisk, ...], *, product_id: str, on: date, book: ReferenceBook) -> RiskRate | None:
    """Find the fastest rate for a patient at risk: the label's own figure, else that of the labels which print one.

    Where several risks are given the lowest rate counts; ``None`` without a risk, or where no figure at all is on file.
    """
    of_class = book.word("benefit_rule", f"{AT_RISK}:{OF_CLASS}", on)
    own = book.word("benefit_rule", f"{AT_RISK}:{product_id}", on)
    found = [each for risk in risks if (each := _rate_for(risk, own) or _rate_for(risk, of_class)) is not None]
    if not found:
        return None
    slowest, fact = min(found, key=lambda each: each[0])
    facts = (fact.id,) if own is None or own is fact else (own.id, fact.id)
    is_printed = all(each is own and each.basis is not Basis.UNVERIFIED for _, each in found)
    return RiskRate(slowest, is_printed, facts)


def _rate_for(risk: InfusionRisk, fact: Fact | None) -> tuple[Decimal, Fact] | None:
    named = fact.value.get(risk.value) if fact is not None and isinstance(fact.value, Mapping) else None
    figure = named.get("max_mg_per_kg_min") if isinstance(named, Mapping) else None
    return None if fact is None or figure is None else (exact(figure, fact=fact), fact)


def from_label(
    dose_mg: Milligrams,
    weight_kg: Decimal | None,
    *,
    product_id: str,
    indication: str | None,
    on: date,
    book: ReferenceBook,
    at_risk: RiskRate | None = None,
    is_first: bool = False,
) -> InfusionTime | None:
    """Work out the minutes from the product's own ladder, else give the range over the class's ladders.

    A class default never runs faster than the product's own labeled maximum, and no ladder faster than the rate for a
    patient at risk. ``is_first``: the label's slower steps for a very first infusion count, where it has them.
    ``None`` when the weight is unknown or no ladder at all is on file.
    """
    if weight_kg is None:
        return None
    mg_per_kg = Decimal(dose_mg) / weight_kg
    own, is_of_use = _own_ladder(product_id, indication, book)
    slowed = None if at_risk is None else at_risk.mg_per_kg_min
    if own is not None and own.steps:
        ladder = _capped((own.first_steps if is_first else ()) or own.steps, slowed)
        minutes = climb(mg_per_kg, ladder)
        steps = tuple(RateStep(rate, length) for rate, length in ladder)
        basis = MinutesBasis.LABEL_RATE_STEPS if is_of_use else MinutesBasis.LABEL_OTHER_USE
        found = InfusionTime(minutes, minutes, minutes, basis, steps, (own.fact_id,))
        return found if at_risk is None else _at_risk(found, at_risk, own, mg_per_kg, on, book)
    fastest = own.max_mg_per_kg_min if own is not None else None
    limits = [limit for limit in (fastest, slowed) if limit is not None]
    ladders = [ladder for ladder in book.ladders.values() if ladder.steps]
    if not ladders:
        return None
    times = sorted(climb(mg_per_kg, _capped(ladder.steps, min(limits, default=None))) for ladder in ladders)
    facts = tuple(sorted({ladder.fact_id for ladder in ladders})) + ((own.fact_id,) if own is not None else ())
    basis = MinutesBasis.CLASS_WITHOUT_OWN if own is None else MinutesBasis.CLASS_DEFAULT
    found = InfusionTime(times[0], times[(len(times) - 1) // 2], times[-1], basis, (), tuple(dict.fromkeys(facts)))
    return found if at_risk is None else _at_risk(found, at_risk, own, mg_per_kg, on, book)


def has_first_steps(product_id: str, indication: str | None, book: ReferenceBook) -> bool:
    """Say whether a product's label has slower steps for a very first infusion."""
    own, _ = _own_ladder(product_id, indication, book)
    return own is not None and bool(own.steps) and bool(own.first_steps)


def _at_risk(
    found: InfusionTime, rate: RiskRate, own: RateLadder | None, mg_per_kg: Decimal, on: date, book: ReferenceBook
) -> InfusionTime:
    """Say that the minutes are those at the rate for a patient at risk, and cite it.

    The lowest rate practicable may be as low as the label's first rate all along; no longer is supposed than the most
    that is on file for an infusion.
    """
    facts = tuple(dict.fromkeys((*rate.fact_ids, *found.fact_ids)))
    if rate.is_printed:
        return found._replace(basis=MinutesBasis.LABEL_RATE_AT_RISK, fact_ids=facts)
    longest = unknown(on, book=book)
    high = found.high
    if longest is not None and own is not None and own.initial_mg_per_kg_min:
        at_first_rate = climb(mg_per_kg, ((own.initial_mg_per_kg_min, None),))
        high = max(high, min(at_first_rate, longest.high))
        facts = tuple(dict.fromkeys((*facts, own.fact_id, *longest.fact_ids)))
    # No label prints these steps: the last of them is a planning figure.
    return found._replace(high=high, basis=MinutesBasis.LOWEST_PRACTICABLE, steps=(), fact_ids=facts)


def from_sites(
    dose_mg: Milligrams,
    *,
    product: Product,
    indication: str | None,
    age_years: int | None,
    on: date,
    book: ReferenceBook,
    weight_kg: Decimal | None = None,
) -> InfusionTime | None:
    """Work out the shortest subcutaneous infusion: as many sites at once as the volume needs, each at its fastest.

    ``None`` where no rate or no volume of one site is on file, so that the number of sites cannot be told.
    """
    limit = _site_limit(product.id, indication, age_years, weight_kg, on, book)
    if limit is None:
        return None
    fact, values = limit
    rate, volume_of_one = (values.get(name) for name in ("ml_per_hour_per_site", "ml_per_site"))
    if rate is None or volume_of_one is None:
        return None
    volume = Decimal(dose_mg) / (product.concentration_percent * 10)
    sites = (volume / exact(volume_of_one, fact=fact)).to_integral_value(rounding=ROUND_CEILING)
    if values.get("sites") is not None:
        sites = min(sites, exact(values["sites"], fact=fact))
    per_hour = sites * exact(rate, fact=fact)
    if values.get("ml_per_hour_all_sites") is not None:
        per_hour = min(per_hour, exact(values["ml_per_hour_all_sites"], fact=fact))
    minutes = Minutes(int((volume * 60 / per_hour).to_integral_value(rounding=ROUND_CEILING)))
    return InfusionTime(minutes, minutes, minutes, MinutesBasis.LABEL_SITE_LIMITS, (), (fact.id,))


def _site_limit(
    product_id: str,
    indication: str | None,
    age_years: int | None,
    weight_kg: Decimal | None,
    on: date,
    book: ReferenceBook,
) -> tuple[Fact, Mapping[str, object]] | None:
    """Find the limits of one site, of the indication before those of the product, for the age or the weight.

    An unsaid age or weight is an adult's. Limits of the first infusions and of later ones are told apart; later ones
    count.
    """
    for key in (f"{SITE_LIMIT}:{product_id}:{indication}", f"{SITE_LIMIT}:{product_id}"):
        fact = book.word("benefit_rule", key, on)
        if fact is None or not isinstance(fact.value, Mapping):
            continue
        age = Decimal(ADULT_AGE if age_years is None else age_years)
        for name, measure, low, high in (
            ("by_age", age, "min_years", "max_years"),
            ("by_weight", weight_kg, "from_kg", "below_kg"),
        ):
            groups = fact.value.get(name)
            if isinstance(groups, list | tuple):
                group = next((each for each in groups if _holds(each, measure, low, high)), None)
                return None if group is None else (fact, {**fact.value, **_later(group)})
        return fact, fact.value
    return None


def _holds(group: Mapping[str, object], measure: Decimal | None, low: str, high: str) -> bool:
    """Say whether a group is for a measure; ages hold to the end of their last year, weights below their bound."""
    least, most = group.get(low), group.get(high)
    if measure is None:
        return most is None
    if not isinstance(least, int):
        least = 0
    above = isinstance(most, int) and (measure >= most if high.startswith("below") else measure > most)
    return measure >= least and not above


def _later(group: Mapping[str, object]) -> Mapping[str, object]:
    later = group.get("later")
    return later if isinstance(later, Mapping) else group


def climb(mg_per_kg: Decimal, steps: Sequence[tuple[Decimal, int | None]]) -> Minutes:
    """Climb a rate ladder until the dose per kg is in; the last step runs as long as it must. Minutes round up."""
    left = mg_per_kg
    elapsed = Decimal(0)
    for rate, length in steps:
        if length is None or left <= rate * length:
            return Minutes(int((elapsed + left / rate).to_integral_value(rounding=ROUND_CEILING)))
        left -= rate * length
        elapsed += length
    last_rate = steps[-1][0]
    return Minutes(int((elapsed + left / last_rate).to_integral_value(rounding=ROUND_CEILING)))


def _capped(
    steps: Sequence[tuple[Decimal, int | None]], fastest: Decimal | None
) -> tuple[tuple[Decimal, int | None], ...]:
    """Hold a ladder to a fastest rate; it ends with the first step that reaches it."""
    if fastest is None or steps[-1][0] <= fastest:
        return tuple(steps)
    below = [step for step in steps if step[0] < fastest]
    return (*below, (fastest, None))


def _own_ladder(product_id: str, indication: str | None, book: ReferenceBook) -> tuple[RateLadder | None, bool]:
    """Give the product's ladder for a use, and whether it is of that use.

    For a use that the label lacks, the product's slowest ladder is the careful reading.
    """
    of_use = book.ladders.get((product_id, indication or ""))
    if of_use is not None:
        return of_use, True
    own = [ladder for (owner, _), ladder in book.ladders.items() if owner == product_id]
    return min(own, key=lambda ladder: ladder.max_mg_per_kg_min or Decimal(0), default=None), False
