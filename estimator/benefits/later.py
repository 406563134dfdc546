"""What a payer after the first one is: it is given days as they stand, and gives them back with its part paid."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from estimator.model.claims import ClaimLine, Share

Shares = tuple[Share, ...] | None
"""A day's shares by line; ``None`` where a price or a ledger is unknown."""


class Day(NamedTuple):
    """One member's day as the payers so far leave it."""

    service_on: date
    member: str
    lines: tuple[ClaimLine, ...]
    shares: Shares


class LaterPayer(Protocol):
    """A payer after the first one. It is given every day in date order and keeps its ledger within one call."""

    def pay(self, days: Sequence[Day]) -> list[Shares]:
        """Give each day's shares after this payer; ``None`` where they cannot be known."""
