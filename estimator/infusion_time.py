"""Label rate steps, or the limits of subcutaneous sites → minutes of infusing."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal

from estimator.model.claims import InfusionTime, RateStep
from estimator.model.order import MinutesBasis
from estimator.model.quantities import Milligrams, Minutes
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.kinds import Product, RateLadder
from estimator.reference.record_reading import exact

WHEN_UNKNOWN = "infusion_minutes_when_unknown"
ADULT_WEIGHT = "adult_weight_kg"
ADULT_AGE = 18
SITE_LIMIT = "sc_site_limit"


def stated(minutes: Minutes, basis: MinutesBasis) -> InfusionTime:
    """Take the minutes the caller planned or documented."""
    return InfusionTime(minutes, minutes, minutes, basis)


def over_weights(
    dose_mg: Milligrams, *, product_id: str, indication: str | None, on: date, book: ReferenceBook
) -> InfusionTime | None:
    """Work out the minutes at the lightest, the middle and the heaviest adult weight on file: the weight is unknown."""
    fact = book.word("plausible_range", ADULT_WEIGHT, on)
    weights = fact.value if fact is not None else None
    if fact is None or not isinstance(weights, Mapping):
        return None
    heaviest, middle, lightest = (
        from_label(dose_mg, Decimal(str(weights[name])), product_id=product_id, indication=indication, book=book)
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


def from_label(
    dose_mg: Milligrams, weight_kg: Decimal | None, *, product_id: str, indication: str | None, book: ReferenceBook
) -> InfusionTime | None:
    """Work out the minutes from the product's own ladder, else give the range over the class's ladders.

    A class default never runs faster than the product's own labeled maximum. ``None`` when the weight is unknown or no
    ladder at all is on file.
    """
    if weight_kg is None:
        return None
    mg_per_kg = Decimal(dose_mg) / weight_kg
    own = book.ladders.get((product_id, indication or "")) or _any_ladder(product_id, book)
    if own is not None and own.steps:
        minutes = climb(mg_per_kg, own.steps)
        steps = tuple(RateStep(rate, length) for rate, length in own.steps)
        return InfusionTime(minutes, minutes, minutes, MinutesBasis.LABEL_RATE_STEPS, steps, (own.fact_id,))
    fastest = own.max_mg_per_kg_min if own is not None else None
    ladders = [ladder for ladder in book.ladders.values() if ladder.steps]
    if not ladders:
        return None
    times = sorted(climb(mg_per_kg, _capped(ladder.steps, fastest)) for ladder in ladders)
    facts = tuple(sorted({ladder.fact_id for ladder in ladders})) + ((own.fact_id,) if own is not None else ())
    return InfusionTime(
        times[0], times[(len(times) - 1) // 2], times[-1], MinutesBasis.CLASS_DEFAULT, (), tuple(dict.fromkeys(facts))
    )


def from_sites(
    dose_mg: Milligrams,
    *,
    product: Product,
    indication: str | None,
    age_years: int | None,
    on: date,
    book: ReferenceBook,
) -> InfusionTime | None:
    """Work out the shortest subcutaneous infusion: as many sites at once as the volume needs, each at its fastest.

    ``None`` where no rate or no volume of one site is on file, so that the number of sites cannot be told.
    """
    limit = _site_limit(product.id, indication, age_years, on, book)
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
    product_id: str, indication: str | None, age_years: int | None, on: date, book: ReferenceBook
) -> tuple[Fact, Mapping[str, object]] | None:
    """Find the limits of one site, of the indication before those of the product, for the age; an unsaid age is adult.

    Limits of the first infusions and of later ones are told apart; later ones count.
    """
    for key in (f"{SITE_LIMIT}:{product_id}:{indication}", f"{SITE_LIMIT}:{product_id}"):
        fact = book.word("benefit_rule", key, on)
        if fact is None or not isinstance(fact.value, Mapping):
            continue
        groups = fact.value.get("by_age")
        if not isinstance(groups, list | tuple):
            return fact, fact.value
        age = ADULT_AGE if age_years is None else age_years
        for group in groups:
            youngest, oldest = group.get("min_years"), group.get("max_years")
            if (youngest is None or age >= youngest) and (oldest is None or age <= oldest):
                later = group.get("later")
                own = later if isinstance(later, Mapping) else group
                return fact, {**fact.value, **own}
    return None


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
    return tuple((rate if fastest is None else min(rate, fastest), length) for rate, length in steps)


def _any_ladder(product_id: str, book: ReferenceBook) -> RateLadder | None:
    """For an indication the label lacks, take the product's slowest ladder: the careful reading."""
    own = [ladder for (owner, _), ladder in book.ladders.items() if owner == product_id]
    return min(own, key=lambda ladder: ladder.max_mg_per_kg_min or Decimal(0), default=None)
