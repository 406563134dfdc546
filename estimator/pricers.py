"""Prices where more than one coverage, or no network, is in play: the same days, priced by whoever pays then."""

from collections.abc import Sequence
from typing import Protocol

from estimator.model.claims import ClaimLine
from estimator.model.codes import Payer
from estimator.model.levels import Assumption, Level
from estimator.model.periods import Period
from estimator.pricing import PricedVisit, Visit


class PricesDays(Protocol):
    """Whatever prices the days of one product at one site."""

    @property
    def payer(self) -> Payer:
        """Give who pays; of several, the first."""

    @property
    def assumptions(self) -> dict[Assumption, None]:
        """Give what was supposed so far."""

    @property
    def needs_minutes(self) -> bool:
        """Say whether giving the drug is billed by how long it takes."""

    def price(self, visits: tuple[Visit, ...], *, price: Level, minutes: Level) -> tuple[PricedVisit, ...] | None:
        """Price the days at the levels of price and minutes; ``None`` when a price has no expected value."""


class PricersInTurn:
    """Prices each day as the coverage of its period does."""

    def __init__(self, turns: Sequence[tuple[Period, PricesDays]]) -> None:
        self._turns = tuple(turns)
        self.payer = turns[0][1].payer
        self.needs_minutes = any(pricer.needs_minutes for _, pricer in turns)

    @property
    def assumptions(self) -> dict[Assumption, None]:
        """Give what all of them had to suppose so far."""
        return {item: None for _, pricer in self._turns for item in pricer.assumptions}

    def price(self, visits: tuple[Visit, ...], *, price: Level, minutes: Level) -> tuple[PricedVisit, ...] | None:
        """Price the days at the levels of price and minutes; ``None`` when a price has no expected value."""
        found: list[PricedVisit] = []
        for period, pricer in self._turns:
            own = tuple(visit for visit in visits if period.holds(visit.infusion.service_on))
            priced = pricer.price(own, price=price, minutes=minutes)
            if priced is None:
                return None
            found += priced
        return tuple(found)


class Outside:
    """Puts lines out of network. Days of the same lines stay of the same lines."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[tuple[ClaimLine, ...], tuple[ClaimLine, ...]]] = {}

    def moved(self, visits: tuple[PricedVisit, ...]) -> tuple[PricedVisit, ...]:
        """Give the same days out of network."""
        return tuple(visit._replace(lines=self._lines(visit.lines)) for visit in visits)

    def _lines(self, lines: tuple[ClaimLine, ...]) -> tuple[ClaimLine, ...]:
        found = self._known.get(id(lines))
        if found is None:
            moved = tuple(line._replace(is_out_of_network=True) for line in lines)
            found = self._known[id(lines)] = (lines, moved)
        return found[1]


class PricerOutside:
    """Prices days as in network, and puts their lines out of it."""

    def __init__(self, pricer: PricesDays) -> None:
        self._pricer = pricer
        self._outside = Outside()
        self.payer = pricer.payer
        self.needs_minutes = pricer.needs_minutes

    @property
    def assumptions(self) -> dict[Assumption, None]:
        """Give what was supposed so far."""
        return self._pricer.assumptions

    def price(self, visits: tuple[Visit, ...], *, price: Level, minutes: Level) -> tuple[PricedVisit, ...] | None:
        """Price the days at the levels of price and minutes; ``None`` when a price has no expected value."""
        found = self._pricer.price(visits, price=price, minutes=minutes)
        return None if found is None else self._outside.moved(found)
