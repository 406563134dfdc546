"""The plain defaults of an order, each said as an assumption where the caller left it out."""

from dataclasses import replace

from estimator.dosing import Regimen
from estimator.errors import Problem
from estimator.model.codes import Payer
from estimator.model.levels import Assumption
from estimator.model.order import DEFAULTS, EstimateRequest
from estimator.model.quantities import MG_PER_GRAM, plain
from estimator.reference.book import ReferenceBook
from estimator.resolution import Resolved

DEFAULT_PAYER = Payer.MEDICARE
FOR_CLAIMS = ("therapy.dosing_weight", "therapy.vial_policy")
"""The defaults that a claim rests on too."""

_WITHOUT_AUTHORIZATION = frozenset({Payer.MEDICARE, Payer.SELF_PAY})
_WITHOUT_NETWORK = frozenset({Payer.MEDICARE, Payer.VA, Payer.SELF_PAY})
_OF_INSURANCE = ("coverage.secondaries", "assistance")


def assumptions(
    request: EstimateRequest, regimen: Regimen, *, indication: str | None, book: ReferenceBook
) -> tuple[Assumption, ...]:
    """Name each default that an estimate took because nothing was said."""
    return tuple(
        _no_loading(indication, book) if field == "therapy.loading" else Assumption(DEFAULTS[field], pointer=field)
        for field in request.unsaid
        if _matters(field, request, regimen)
    )


def from_contract(request: EstimateRequest) -> tuple[Assumption, ...]:
    """Name what the contract in the request settled because the caller did not say it."""
    return tuple(
        Assumption("taken_from_contract", (("about", field),), pointer=field) for field in request.taken_from_contract
    )


def unresolved_contract(request: EstimateRequest) -> tuple[Problem, ...]:
    """Refuse a contract that was named and not looked up: its rates would be left out without a word."""
    return tuple(
        Problem(f"{pointer}/contract", "contract_not_found")
        for pointer, price in request.said_prices
        if price.contract_id is not None and price.contract is None
    )


def claim_assumptions(request: EstimateRequest) -> tuple[Assumption, ...]:
    """Name each default that a claim took because nothing was said."""
    weighed = request.patient.weight is not None
    return tuple(
        Assumption(DEFAULTS[field], pointer=field)
        for field in request.unsaid
        if field in FOR_CLAIMS and (weighed or field != "therapy.dosing_weight")
    )


def _matters(field: str, request: EstimateRequest, regimen: Regimen) -> bool:
    payer = request.coverage.payer
    if field == "therapy.loading":
        return not request.therapy.phases
    if field == "therapy.courses":
        return regimen.interval is not None and regimen.courses is None
    if field == "therapy.dosing_weight":
        return request.patient.weight is not None
    if field == "coverage.authorization.status":
        return payer not in _WITHOUT_AUTHORIZATION
    if field == "coverage.network":
        payers = {part.coverage.payer for part in request.periods} or {payer}
        return not payers <= _WITHOUT_NETWORK
    return payer is not Payer.SELF_PAY or field not in _OF_INSURANCE


def _no_loading(indication: str | None, book: ReferenceBook) -> Assumption:
    """No loading dose is counted, also where one is usual when treatment begins: that it begins was not said."""
    usual = book.regimens.get(indication or "")
    code = DEFAULTS["therapy.loading"]
    if usual is None or usual.loading_mg_per_kg is None:
        return Assumption(code, pointer="therapy.loading")
    grams = (("dose", plain(usual.loading_mg_per_kg / MG_PER_GRAM)),)
    return Assumption(f"{code}_though_usual", grams, "therapy.loading", (usual.fact_id,))


def with_payer(request: EstimateRequest) -> tuple[EstimateRequest, tuple[Assumption, ...]]:
    """A claim asked for without a payer is priced as Medicare prices it, and says so."""
    if request.coverage.payer is not Payer.UNKNOWN:
        return request, ()
    priced = replace(request, coverage=replace(request.coverage, payer=DEFAULT_PAYER))
    return priced, (Assumption("priced_by_medicare", pointer="coverage.payer"),)


def several_products(resolved: Resolved) -> tuple[Assumption, ...]:
    """Say which product of a code was taken, where it covers several."""
    names = ", ".join(candidate.product.brand for candidate in resolved.candidates)
    chosen = resolved.candidates[0].product.brand
    return (Assumption("code_covers_products", (("products", names), ("chosen", chosen)), "therapy.product"),)
