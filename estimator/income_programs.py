"""Programmes that an income, or paying without insurance, may open: named beside an estimate, never counted in it."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from estimator import part_d_rules, plan_rules, poverty
from estimator.model.codes import Payer, Site
from estimator.model.order import EstimateRequest
from estimator.model.plan import Csr
from estimator.model.secondary import SecondaryKind
from estimator.poverty import PovertyLevel
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.record_reading import exact

MARKETPLACE = "marketplace"
NOT_BY_SILVER_BAND = (Csr.ZERO, Csr.LIMITED)
"""Variants of American Indians and Alaska Natives, which go by another rule than the silver bands."""
MEDICARE_PAYERS = (Payer.MEDICARE, Payer.MEDICARE_ADVANTAGE)
CHARITY_CARE = "charity_care"
RULE, AMOUNT = "benefit_rule", "program_amount"


class Program(NamedTuple):
    """One programme: ``code`` names it, ``params`` are its figures, ``level`` is the income it goes by, if it does."""

    code: str
    params: tuple[tuple[str, str], ...]
    fact_ids: tuple[str, ...]
    level: PovertyLevel | None = None


class Asked(NamedTuple):
    """An order under one of its coverages, its first day of infusing there, and whether a drug plan pays the drug."""

    request: EstimateRequest
    on: date
    has_drug_plan: bool


def of_each(asked: Iterable[Asked], *, sites: tuple[Site, ...], book: ReferenceBook) -> tuple[Program, ...]:
    """Name the programmes under each coverage in turn; what no coverage bears on is named once."""
    found: dict[tuple[object, ...], Program] = {}
    for each in asked:
        named = of(each.request, sites=sites, on=each.on, has_drug_plan=each.has_drug_plan, book=book)
        for item in named:
            found.setdefault((item.code,) if item.code == CHARITY_CARE else (item.code, item.params), item)
    return tuple(found.values())


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
        said = None if plan is None else plan.csr
        if bands is None or said in NOT_BY_SILVER_BAND:
            return None
        variant = _variant(bands, level)
        if variant == (None if said is None else said.value):
            return None
        facts = (*facts, bands.id)
        if variant is None:
            given = ("given", "" if said is None else said.value)
            params = (*params, given, ("most", _highest_band(bands)))
            return Program("cost_sharing_reduction_none", params, facts, level)
        params = (*params, ("variant", variant))
        if said is not None:
            return Program("cost_sharing_reduction_differs", (*params, ("given", said.value)), facts, level)
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
        secondaries = self._request.coverage.secondaries
        has_it = (plan is not None and plan.part_d is not None and plan.part_d.extra_help) or (
            part_d_rules.extra_help_of_medicaid(secondaries, self._on, self._book) is not None
        )
        if level is None or limit is None or copay is None or has_it or not level.is_below(limit.expected):
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
        return Program(CHARITY_CARE, params, (*facts, *level.fact_ids), level)

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
    for percent, variant in _bands(bands):
        if level.is_up_to(percent):
            return variant
    return None


def _highest_band(bands: Fact) -> str:
    return str(max((percent for percent, _ in _bands(bands)), default=Decimal(0)))


def _bands(fact: Fact) -> list[tuple[Decimal, str]]:
    """Give each variant by the highest income it is for, in percent of the guideline."""
    assert isinstance(fact.value, Mapping)
    variants = fact.value.get("variants")
    if not isinstance(variants, list | tuple):
        return []
    return [
        (exact(band.get("income_to_percent_fpl"), fact=fact), str(band.get("actuarial_value_percent")))
        for band in variants
    ]


def _number(fact: Fact, name: str) -> Decimal:
    assert isinstance(fact.value, Mapping)
    return exact(fact.value.get(name), fact=fact)
