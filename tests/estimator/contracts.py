"""Contracts for tests."""

from datetime import date
from decimal import Decimal

from estimator.model.codes import Payer, Site
from estimator.model.contracts import CasePer, Contract, ContractRate, RateMethod, RateScope
from estimator.model.periods import Period
from tests.estimator.orders import day


def contract_of(rates, *, site=None, payer=Payer.COMMERCIAL):
    """Make a contract from the rates of a case."""
    made = []
    for rate in rates:
        name = rate.get("code") or rate["scope"]
        made.append(
            ContractRate(
                method=RateMethod(rate["method"]),
                value=Decimal(rate["value"]),
                period=Period(day(rate.get("first_day", date(2026, 1, 1))), rate.get("last_day")),
                code=rate.get("code"),
                scope=None if "scope" not in rate else RateScope(rate["scope"]),
                per=CasePer(rate.get("per", "visit")),
                fact_id=f"contract:ctr_1:{name}:2026-01-01",
            )
        )
    return Contract("ctr_1", payer, None if site is None else Site(site), tuple(made))
