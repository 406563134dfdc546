"""The question who pays after the first payer, and its answer, as the rules hand them on."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from estimator.benefits.later import LaterPayer
from estimator.model.claims import ClaimLine
from estimator.model.codes import Payer, Site
from estimator.model.levels import Assumption
from estimator.model.money import Cents
from estimator.model.secondary import Secondary


def no_amount(_year: int) -> None:
    """No such amount in any year."""


class Question(NamedTuple):
    """What the rules about later payers go by. ``site_of`` says where a line was given; ``days`` are all in order.

    ``extra_help_copay`` is the copayment of a drug by year for who has Extra Help, ``extra_help_highest`` the highest.
    ``fee_pointer`` is the field in which a caller gives Medicare's fee of a line, where there is one.
    """

    payer: Payer
    secondaries: tuple[Secondary, ...]
    days: tuple[date, ...]
    site_of: Callable[[ClaimLine], Site]
    prefix: str = ""
    is_part_d: bool = False
    extra_help: bool = False
    is_hospital: bool = False
    extra_help_copay: Callable[[int], Cents | None] | None = None
    extra_help_highest: Callable[[int], Cents | None] = no_amount
    fee_pointer: str | None = None


class Settled:
    """The later payers, and what was supposed and used for them; fees found while they pay add to both.

    ``bounds_the_rest`` says that one of them leaves no share without a yearly limit. ``hardest`` are the payers by the
    methods that leave the patient most, where a method was not said (``open_methods``); else the same.
    """

    def __init__(self) -> None:
        self.payers: list[LaterPayer] = []
        self.hardest: list[LaterPayer] = []
        self.open_methods: list[str] = []
        self.assumptions: dict[Assumption, None] = {}
        self.fact_ids: dict[str, None] = {}
        self.bounds_the_rest = False

    def add(self, payer: LaterPayer, *, hardest: LaterPayer | None = None) -> None:
        """Put a payer after those before it."""
        self.payers.append(payer)
        self.hardest.append(payer if hardest is None else hardest)

    def say(self, item: Assumption) -> None:
        """Name something supposed, once."""
        self.assumptions[item] = None
        self.use(*item.fact_ids)

    def use(self, *fact_ids: str) -> None:
        """Name facts that were used."""
        self.fact_ids.update(dict.fromkeys(fact_ids))
