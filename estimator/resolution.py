"""What the caller named → what is on file: diagnosis, indication, products, route, sites, window.

Nothing is guessed. A name that is not on file is a problem with its pointer; an answer that was left open becomes a
named assumption, and where several answers are possible they are all candidates.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import NamedTuple

from estimator import coverage
from estimator.errors import InvalidRequest, Problem
from estimator.model.codes import IndicationBasis, Route, Site
from estimator.model.levels import Assumption
from estimator.model.order import EstimateRequest, Therapy
from estimator.model.periods import Period, window_end
from estimator.reference.book import ReferenceBook
from estimator.reference.clinical import ClinicalValue
from estimator.reference.clinical_reading import conditions_known, read_clinical
from estimator.reference.kinds import BillingCode, Product

DEFAULT_SITES = (Site.PHYSICIAN_OFFICE, Site.HOSPITAL_OUTPATIENT)
CHILDREN_SHOWN = 30


class Candidate(NamedTuple):
    """One product that may be given, with the code that bills it."""

    product: Product
    drug: BillingCode


class Resolved(NamedTuple):
    """A request whose names have been found on file."""

    diagnosis: str | None
    diagnosis_indications: tuple[str, ...]
    indication: str | None
    indication_basis: IndicationBasis
    route: Route
    candidates: tuple[Candidate, ...]
    product: Product | None
    product_is_named: bool
    sites: tuple[Site, ...]
    start_on: date
    window: Period
    assumptions: tuple[Assumption, ...]
    fact_ids: tuple[str, ...]
    clinical: Mapping[str, ClinicalValue]
    condition: str | None


def resolve(request: EstimateRequest, *, book: ReferenceBook, is_priced: bool = True) -> Resolved:
    """Find everything the request names. Raises ``InvalidRequest`` with every problem found.

    What is not priced needs no code and no package on the market that day: a product off the market has a policy too.
    """
    problems: list[Problem] = []
    assumptions: list[Assumption] = []
    therapy = request.therapy
    start_on = therapy.start_on or request.window.start_on or request.as_of
    if therapy.start_on is None:
        assumptions.append(Assumption("start_today", (("start_on", start_on.isoformat()),), "therapy.start_on"))
    window_start = request.window.start_on or start_on
    window = Period(window_start, window_end(window_start, request.window.months))
    if window.last_day is not None and start_on > window.last_day:
        problems.append(Problem("/therapy/start_on", "start_after_window", {"last_day": window.last_day.isoformat()}))
    diagnosis, own_indications = find_diagnosis(therapy, start_on, problems, book, is_needed=request.coverage_check)
    indication, basis = _indication(therapy, diagnosis, own_indications, problems, assumptions, book)
    on_file = start_on if is_priced else coverage.rules_on(start_on)
    named = _named_product(therapy, on_file, problems, book)
    route, candidates = _candidates(
        therapy, named, indication, request.patient.age_years, on_file, problems, assumptions, book, is_priced=is_priced
    )
    is_named = len(candidates) == 1 and (therapy.product is not None or therapy.hcpcs is not None)
    product = candidates[0].product if is_named else named
    sites = DEFAULT_SITES if request.site_of_care is None else (request.site_of_care,)
    if request.site_of_care is None:
        assumptions.append(Assumption("site_default", (("site", DEFAULT_SITES[0].value),), "site_of_care"))
    clinical, found = read_clinical(
        request.clinical,
        order=_said(request, diagnosis, indication, route, product or _only(candidates)),
        book=book,
    )
    problems += found + _unknown_policies(request, book)
    if problems:
        raise InvalidRequest(problems)
    return Resolved(
        diagnosis=diagnosis,
        diagnosis_indications=own_indications,
        indication=indication,
        indication_basis=basis,
        route=route,
        candidates=candidates,
        product=product,
        product_is_named=is_named,
        sites=sites,
        start_on=start_on,
        window=window,
        assumptions=tuple(assumptions),
        fact_ids=(book.indications[indication].fact_id,) if indication is not None else (),
        clinical=clinical,
        condition=therapy.indication if therapy.indication in conditions_known(book) else None,
    )


def _said(
    request: EstimateRequest,
    diagnosis: str | None,
    indication: str | None,
    route: Route,
    product: Product | None,
) -> dict[str, ClinicalValue]:
    """Give what the order itself says of facts that criteria ask for."""
    age = request.patient.age_years
    words = {
        "icd10": diagnosis,
        "indication": indication,
        "route": route.value,
        "product": None if product is None else product.id,
        "site": None if request.site_of_care is None else request.site_of_care.value,
    }
    said: dict[str, ClinicalValue] = {name: word for name, word in words.items() if word is not None}
    return said if age is None else said | {"age": Decimal(age)}


def _only(candidates: tuple[Candidate, ...]) -> Product | None:
    return candidates[0].product if len(candidates) == 1 else None


def _unknown_policies(request: EstimateRequest, book: ReferenceBook) -> list[Problem]:
    periods = [(f"/coverage_periods/{part.coverage.place}/coverage", part.coverage) for part in request.periods]
    return [
        Problem(
            f"{pointer}/policies/{place}",
            "policy_unknown",
            {"id": name, "near": ", ".join(get_close_matches(name, list(book.policies), n=5))},
        )
        for pointer, coverage in periods or [("/coverage", request.coverage)]
        for place, name in enumerate(coverage.policies)
        if name not in book.policies
    ]


def find_diagnosis(
    therapy: Therapy, on: date, problems: list[Problem], book: ReferenceBook, *, is_needed: bool
) -> tuple[str | None, tuple[str, ...]]:
    """Find the diagnosis on the official list of the day, and the indications of ours it belongs to."""
    code = therapy.diagnosis
    if code is None:
        if is_needed and therapy.indication is None:
            problems.append(Problem("/therapy/diagnosis", "required", {"why": "coverage"}))
        return None, ()
    record = book.diagnosis(code, on)
    if record is None:
        later = book.diagnosis_codes.get(code)
        if later is not None:
            problems.append(Problem("/therapy/diagnosis", "icd10_not_in_force", {"code": code, "on": on.isoformat()}))
        else:
            # no code beside it: a diagnosis comes from the record, and one that pays must not look like the answer
            problems.append(Problem("/therapy/diagnosis", "icd10_unknown", {"code": code}))
        return None, ()
    if not record.billable:
        children = [child.code for child in book.billable_children(code, on)]
        shown = ", ".join(children[:CHILDREN_SHOWN]) + (" …" if len(children) > CHILDREN_SHOWN else "")
        problems.append(
            Problem(
                "/therapy/diagnosis",
                "icd10_not_billable",
                {"code": code, "title": record.title, "children": shown},
            )
        )
        return None, ()
    return code, book.indications_by_code.get(code, ())


def _indication(
    therapy: Therapy,
    diagnosis: str | None,
    own: tuple[str, ...],
    problems: list[Problem],
    assumptions: list[Assumption],
    book: ReferenceBook,
) -> tuple[str | None, IndicationBasis]:
    """Take the indication given, else one that the diagnosis belongs to; a code of several conditions is no proof."""
    if therapy.indication is None:
        if not own:
            return None, IndicationBasis.NONE
        if len(own) > 1 or diagnosis in book.indications[own[0]].icd10_broad:
            code = "indication_one_of_several" if len(own) > 1 else "indication_of_broad_code"
            params = (("code", diagnosis or ""), ("indication", own[0]), ("indications", ", ".join(own)))
            assumptions.append(
                Assumption(code, params, "therapy.indication", tuple(book.indications[each].fact_id for each in own))
            )
            return own[0], IndicationBasis.ASSUMED
        return own[0], IndicationBasis.DIAGNOSIS
    for indication in book.indications.values():
        if therapy.indication == indication.id or therapy.indication in indication.aliases:
            return indication.id, IndicationBasis.GIVEN
    near = get_close_matches(therapy.indication, list(book.indications), n=5)
    problems.append(
        Problem("/therapy/indication", "indication_unknown", {"id": therapy.indication, "near": ", ".join(near)})
    )
    return None, IndicationBasis.NONE


def _candidates(
    therapy: Therapy,
    named: Product | None,
    indication: str | None,
    age_years: int | None,
    on: date,
    problems: list[Problem],
    assumptions: list[Assumption],
    book: ReferenceBook,
    *,
    is_priced: bool,
) -> tuple[Route, tuple[Candidate, ...]]:
    if problems and named is None:
        if therapy.product is None:
            _by_code(therapy, therapy.route or Route.IV, on, problems, book)
        return therapy.route or Route.IV, ()
    if named is not None:
        route = _route_of(therapy, named, problems, assumptions)
        return route, _with_codes((named,), on, problems if is_priced else None, book)
    route = therapy.route or _switched_to(therapy) or Route.IV
    products = _by_code(therapy, route, on, problems, book)
    if products is None:
        products = _open_products(indication, age_years, route, on, assumptions, book)
    elif therapy.route is None:
        route = _default_route(products, assumptions)
    found = _with_codes(products, on, None, book)
    if not found and not problems and is_priced:
        problems.append(Problem("/therapy/product", "no_product_on_file", {"route": route.value}))
    return route, found


def _named_product(therapy: Therapy, on: date, problems: list[Problem], book: ReferenceBook) -> Product | None:
    if therapy.product is None:
        return None
    product = book.find_product(therapy.product)
    if product is None:
        near = get_close_matches(therapy.product.casefold(), list(book.product_names), n=5)
        ids = sorted({book.product_names[name] for name in near})
        problems.append(
            Problem("/therapy/product", "product_unknown", {"product": therapy.product, "near": ", ".join(ids)})
        )
        return None
    if therapy.hcpcs is not None and therapy.hcpcs != product.hcpcs:
        problems.append(
            Problem(
                "/therapy/hcpcs",
                "hcpcs_mismatch",
                {"hcpcs": therapy.hcpcs, "product": product.brand, "code": product.hcpcs, "on": on.isoformat()},
            )
        )
    return product


def _route_of(therapy: Therapy, product: Product, problems: list[Problem], assumptions: list[Assumption]) -> Route:
    if therapy.route is not None:
        if therapy.route not in product.routes:
            problems.append(
                Problem(
                    "/therapy/route",
                    "route_not_allowed",
                    {
                        "product": product.brand,
                        "route": therapy.route.value,
                        "routes": ", ".join(route.value for route in product.routes),
                    },
                )
            )
        return therapy.route
    if len(product.routes) > 1:
        route = _switched_to(therapy)
        if route is not None:
            assumptions.append(Assumption("route_of_switch", (("route", route.value),), "therapy.route"))
            return route
        assumptions.append(Assumption("route_default", (("route", Route.IV.value),), "therapy.route"))
        return Route.IV
    return product.routes[0]


def _switched_to(therapy: Therapy) -> Route | None:
    """A therapy that takes the place of infusions by vein is given under the skin."""
    return None if therapy.previous_ivig is None else Route.SC


def _default_route(products: tuple[Product, ...], assumptions: list[Assumption]) -> Route:
    """Take the only route that a code's products have; where they have both, by vein, which is an assumption."""
    routes = {route for product in products for route in product.routes}
    if len(routes) > 1:
        assumptions.append(Assumption("route_default", (("route", Route.IV.value),), "therapy.route"))
    return Route.SC if routes == {Route.SC} else Route.IV


def _by_code(
    therapy: Therapy, route: Route, on: date, problems: list[Problem], book: ReferenceBook
) -> tuple[Product, ...] | None:
    if therapy.hcpcs is None:
        return None
    code = book.billing_code(therapy.hcpcs, on)
    if code is None or not code.immune_globulin:
        known = "product_not_ivig" if code is not None else "hcpcs_unknown"
        problems.append(Problem("/therapy/hcpcs", known, {"hcpcs": therapy.hcpcs}))
        return ()
    return tuple(
        product
        for product in book.products.values()
        if product.hcpcs == therapy.hcpcs and product.is_marketed and (therapy.route is None or route in product.routes)
    )


def _open_products(
    indication: str | None,
    age_years: int | None,
    route: Route,
    on: date,
    assumptions: list[Assumption],
    book: ReferenceBook,
) -> tuple[Product, ...]:
    labeled = book.labeled_products(indication, route, on) if indication is not None else ()
    if age_years is not None:
        fitting = []
        for product in labeled:
            label = book.label(product.id, indication or "", route, on)
            if label is None:
                continue
            if (label.age_min_years or 0) <= age_years <= (label.age_max_years or age_years):
                fitting.append(product)
        labeled = tuple(fitting) or labeled
    priced = tuple(product for product in labeled if _has_price(product, on, book))
    if priced:
        assumptions.append(
            Assumption("product_any_labeled", (("products", ", ".join(p.brand for p in priced)),), "therapy.product")
        )
        return priced
    anything = tuple(
        product
        for product in book.products.values()
        if product.is_marketed and route in product.routes and _has_price(product, on, book)
    )
    assumptions.append(
        Assumption("product_any_priced", (("products", ", ".join(p.brand for p in anything)),), "therapy.product")
    )
    return anything


def _code_then(product: Product, on: date, book: ReferenceBook) -> dict[str, object]:
    """Say from when a product's code is in force, and which code payers took before."""
    said: dict[str, object] = {"code": product.hcpcs, "on": on.isoformat()}
    later = [record.period.first_day for record in book.billing_codes.get(product.hcpcs, ())]
    before = book.word("benefit_rule", f"claim_units:code_before_own:{product.id}", on)
    before = before or book.word("benefit_rule", "claim_units:code_without_own", on)
    code = before.value.get("code") if before is not None and isinstance(before.value, Mapping) else None
    if not later or on >= min(later) or code is None:
        return said
    return said | {"why": "begins_later", "from": min(later).isoformat(), "product": product.brand, "until": str(code)}


def _has_price(product: Product, on: date, book: ReferenceBook) -> bool:
    return book.payment_limit(product.hcpcs, on) is not None and bool(book.offered_packages(product.id, on))


def _with_codes(
    products: tuple[Product, ...], on: date, problems: list[Problem] | None, book: ReferenceBook
) -> tuple[Candidate, ...]:
    found = []
    for product in products:
        code = book.billing_code(product.hcpcs, on)
        if code is None or code.mg_per_unit is None:
            if problems is not None:
                problems.append(Problem("/therapy/product", "code_not_in_force", _code_then(product, on, book)))
            continue
        if not book.offered_packages(product.id, on):
            if problems is not None:
                problems.append(
                    Problem(
                        "/therapy/product", "product_not_marketed", {"product": product.brand, "on": on.isoformat()}
                    )
                )
            continue
        found.append(Candidate(product, code))
    return tuple(found)
