"""What all lines cost the patient in the form of a Summary of Benefits and Coverage, with its rounding."""

from collections.abc import Iterable, Mapping

from estimator.model.claims import Share
from estimator.model.money import Cents, from_exact, text
from estimator.reference.book import ReferenceBook
from estimator.reference.record_reading import exact

Document = dict[str, object]
RULE = ("benefit_rule", "sbc:rounding")


def rounded(shares: Iterable[Share], book: ReferenceBook) -> Document | None:
    """Write deductibles, copayments, coinsurance, and what is not covered, each rounded; their total adds those up.

    What a limit takes off comes off the coinsurance first, then the copayments. ``None`` where the rule is not on file.
    """
    records = book.words.get(RULE, ())
    if not records or not isinstance(records[-1].value, Mapping):
        return None
    fact, value = records[-1], records[-1].value
    limit, step, below = (from_exact(exact(value.get(name), fact=fact)) for name in ("from", "step", "step_below"))
    parts = {"deductibles": 0, "copayments": 0, "coinsurance": 0, "limits_or_exclusions": 0}
    for share in shares:
        coinsurance = max(share.coinsurance - share.ceiling_reduction, 0)
        left = share.ceiling_reduction - (share.coinsurance - coinsurance)
        copay = max(share.copay - left, 0)
        parts["coinsurance"] += coinsurance
        parts["copayments"] += copay
        parts["deductibles"] += share.deductible - (left - (share.copay - copay))
        parts["limits_or_exclusions"] += share.patient_share - share.cost_sharing
    known = {name: _round(amount, step if amount >= limit else below) for name, amount in parts.items()}
    document: Document = {name: text(amount) for name, amount in known.items()}
    return document | {"total": text(Cents(sum(known.values()))), "fact_id": fact.id}


def _round(amount: int, step: Cents) -> Cents:
    return Cents((amount + step // 2) // step * step)
