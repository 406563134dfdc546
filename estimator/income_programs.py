"""Programmes that an income, or paying without insurance, may open: named beside an estimate, never counted in it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator import plan_rules, poverty
from estimator.model.codes import Payer, Site
from estimator.model.order import EstimateRequest
from estimator.model.plan import Csr
from estimator.model.secondary import SecondaryKind
from estimator.poverty import PovertyLevel
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.record_reading import exact

MARKETPLACE = "marketplace"
MEDICARE_PAYERS = (Payer.MEDICARE, Payer.MEDICARE_ADVANTAGE)
RULE, AMOUNT = "benefit_rule", "program_amount"


class Program(NamedTuple):
    """One programme: ``code`` names it, ``params`` are its figures, ``level`` is the income it goes by, if it does."""

    code: str
    params: tuple[tuple[str, str], ...]
    fact_ids: tuple[str, ...]
    level: PovertyLevel | None = None


def of(
    request: EstimateRequest, *, sites: tuple[Site, ...], on: date, has_drug_plan: bool, book: ReferenceBook
) -> tuple[Program, ...]:
    """Name the programmes that may bear on an order whose first day is ``on``, each with its rule's figures.

    ``has_drug_plan`` says that a Medicare drug plan pays the drug; ``sites`` are those that were compared.
    """
    finder = _Finder(request, on, book)
    found = [
        finder.reduced_cost_sharing(),
        finder.extra_help() if has_drug_plan else None,
        finder.savings_program(),
        finder.charity_care() if any(site.is_hospital for site in sites) else None,
        finder.good_faith_estimate(),
    ]
    return tuple(item for item in found if item is not None)


class _Finder:
    """Looks up what each programme goes by."""

    def __init__(self, request: EstimateRequest, on: date, book: ReferenceBook) -> None:
        self._request = request
        self._on = on
        self._book = book

    def reduced_cost_sharing(self) -> Program | None:
        """Name the silver variant of the marketplace that goes with an income (45 CFR 155.305(g))."""
        years_before, lowest = self._rule("aca:poverty_guideline_year"), self._rule("aca:csr_income_from")
        if self._request.coverage.market != MARKETPLACE or years_before is None or lowest is None:
            return None
        level = self._level(self._on.year - int(_number(years_before, "years_before")))
        if level is None:
            return None
        params = (("percent", str(level.percent)), ("year", str(level.year)))
        facts = (years_before.id, lowest.id, *level.fact_ids)
        if level.income * 100 < level.guideline * _number(lowest, "income_from_percent_fpl"):
            return Program("cost_sharing_reduction_below", params, facts, level)
        return self._silver(level, params, facts)

    def _silver(
        self, level: PovertyLevel, params: tuple[tuple[str, str], ...], facts: tuple[str, ...]
    ) -> Program | None:
        """Give the variant of an income, or say that the one the plan was said to be is not it."""
        bands, plan = self._rule("aca:csr_silver"), self._request.coverage.plan
        variant = None if bands is None else _variant(bands, level)
        said = None if plan is None or plan.csr is None else plan.csr.value
        if bands is None or variant is None or said == variant:
            return None
        params, facts = (*params, ("variant", variant)), (*facts, bands.id)
        if said is not None:
            return Program("cost_sharing_reduction_differs", (*params, ("given", said)), facts, level)
        limit = self._book.yearly("federal_limit", plan_rules.REDUCED_LIMITS[Csr(variant)], self._on)
        if limit is None:
            return None
        params = (*params, ("limit", str(limit.expected)), ("plan_year", str(self._on.year)))
        return Program("cost_sharing_reduction", params, (*facts, *limit.fact_ids), level)

    def extra_help(self) -> Program | None:
        """Name the low-income subsidy of drug plans (42 CFR 423.773), which goes by resources too."""
        plan = self._request.coverage.plan
        level = self._level(self._on.year)
        limit = self._book.yearly(AMOUNT, "part_d:extra_help:income_limit", self._on)
        copay = self._book.yearly(AMOUNT, "part_d:extra_help:brand_copay_max", self._on)
        has_it = (plan is not None and plan.part_d is not None and plan.part_d.extra_help) or self._has_medicaid
        if level is None or limit is None or copay is None or has_it or not level.is_up_to(limit.expected):
            return None
        params = (
            ("percent", str(level.percent)),
            ("income_limit", str(limit.expected)),
            ("copay", str(copay.expected)),
            ("year", str(self._on.year)),
        )
        return Program("extra_help", params, (*level.fact_ids, *limit.fact_ids, *copay.fact_ids), level)

    def savings_program(self) -> Program | None:
        """Name the programme that pays Medicare's cost sharing for the lowest incomes."""
        fact, level = self._rule("medicaid:qmb_income_limit"), self._level(self._on.year)
        if self._request.coverage.payer not in MEDICARE_PAYERS or fact is None or level is None or self._has_medicaid:
            return None
        if not level.is_up_to(_number(fact, "percent_fpl")):
            return None
        params = (("percent", str(level.percent)), ("income_limit", str(_number(fact, "percent_fpl"))))
        return Program("qualified_medicare_beneficiary", params, (fact.id, *level.fact_ids), level)

    def charity_care(self) -> Program | None:
        """Name the financial assistance that a nonprofit hospital must have a policy for (26 U.S.C. 501(r))."""
        level = self._level(self._on.year)
        rules = [self._rule(f"charity_care:{name}") for name in ("amounts_generally_billed", "window", "outside")]
        if level is None or rules[1] is None:
            return None
        params = (
            ("percent", str(level.percent)),
            ("days", str(_number(rules[1], "application_days"))),
            ("collection_days", str(_number(rules[1], "no_collection_days"))),
        )
        facts = tuple(rule.id for rule in rules if rule is not None)
        return Program("charity_care", params, (*facts, *level.fact_ids), level)

    def good_faith_estimate(self) -> Program | None:
        """Explain what a provider owes to who pays without insurance (45 CFR 149.610); no answer here is one."""
        names = ("who", "timing", "dispute_threshold", "dispute_window")
        who, timing, threshold, window = (self._rule(f"good_faith_estimate:{name}") for name in names)
        if self._request.coverage.payer is not Payer.SELF_PAY or who is None:
            return None
        if timing is None or threshold is None or window is None:
            return None
        params = (
            ("on_request", str(_number(timing, "on_request"))),
            ("amount", str(_number(threshold, "amount_over"))),
            ("days", str(_number(window, "days"))),
        )
        return Program("good_faith_estimate", params, (who.id, timing.id, threshold.id, window.id))

    @property
    def _has_medicaid(self) -> bool:
        return any(each.kind is SecondaryKind.MEDICAID for each in self._request.coverage.secondaries)

    def _level(self, year: int) -> PovertyLevel | None:
        patient = self._request.patient
        if patient.household is None:
            return None
        return poverty.level_of(patient.household, patient.residence_state, year, self._book)

    def _rule(self, key: str) -> Fact | None:
        fact = self._book.word(RULE, key, self._on)
        return fact if fact is not None and isinstance(fact.value, Mapping) else None


def _variant(bands: Fact, level: PovertyLevel) -> str | None:
    """Give the part of the cost that the silver variant of an income pays; ``None`` where plain silver is it."""
    assert isinstance(bands.value, Mapping)
    variants = bands.value.get("variants")
    if not isinstance(variants, list | tuple):
        return None
    for band in variants:
        if level.is_up_to(exact(band.get("income_to_percent_fpl"), fact=bands)):
            return str(band.get("actuarial_value_percent"))
    return None


def _number(fact: Fact, name: str) -> Decimal:
    assert isinstance(fact.value, Mapping)
    return exact(fact.value.get(name), fact=fact)
