"""A rule with the figures it speaks of."""

from estimator.model.claims import Rule
from estimator.model.money import Cents, text


def rule(code: str, **amounts: Cents) -> Rule:
    """Name a rule with the amounts it speaks of."""
    return code, tuple((name, text(amount)) for name, amount in amounts.items())
