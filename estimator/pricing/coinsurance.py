"""Part B's coinsurance of a code on a day, and the name of a figure that is carried past its last day."""

from datetime import date

from estimator.model.levels import Assumption, Tri, point
from estimator.model.money import MilliPercent, milli_percent
from estimator.model.periods import quarter_of
from estimator.reference.book import ReferenceBook
from estimator.reference.timelines import Reading

FULL_RATE = "part_b_coinsurance_percent"


def coinsurance_of(
    code: str, on: date, *, book: ReferenceBook
) -> tuple[Tri[MilliPercent] | None, tuple[str, ...], tuple[Assumption, ...]]:
    """Give the Part B coinsurance of a code on a day.

    A percentage past the newest quarter may be anything from the lowest this code ever had up to the full rate. Where
    a quarter's percentage is not on file the full rate is supposed, and a lower one is possible.
    """
    full = book.yearly("medicare_amount", FULL_RATE, on)
    if full is None:
        return None, (), ()
    reading = book.coinsurance(code, on)
    timeline = book.timeline("part_b_coinsurance", code)
    lowest, lowest_facts = full.expected, tuple[str, ...]()
    if timeline is not None and timeline.lowest() < full.expected:
        lowest, lowest_facts = timeline.lowest(), (timeline.lowest_fact().id,)
    if reading is None:
        assumption = Assumption(
            "coinsurance_percent_assumed",
            (("code", code), ("quarter", str(quarter_of(on))), ("percent", str(full.expected))),
            fact_ids=(full.fact.id, *lowest_facts),
        )
        rates = Tri(milli_percent(lowest), milli_percent(full.expected), milli_percent(full.expected))
        return rates, (full.fact.id,), (assumption,)
    if reading.is_carried_forward:
        rates = Tri(milli_percent(lowest), milli_percent(reading.expected), milli_percent(full.expected))
        behind = (*lowest_facts, full.fact.id)
        carried = carried_forward(reading._replace(bound_fact_ids=behind), "coinsurance_percent_carried_forward", code)
        return rates, (reading.fact.id,), carried
    return point(milli_percent(reading.expected)), (reading.fact.id,), ()


def carried_forward(reading: Reading, code: str, about: str) -> tuple[Assumption, ...]:
    """Name the assumption that a figure past its last day stays as it was; once per figure."""
    if not reading.is_carried_forward:
        return ()
    last_day = reading.fact.period.last_day
    return (
        Assumption(
            code,
            (("about", about), ("last_day", "" if last_day is None else last_day.isoformat())),
            fact_ids=reading.fact_ids,
        ),
    )
