"""The contracts that an order names, fitted to it: each must be of the payer whose days it prices, and of the site."""

from collections.abc import Mapping
from dataclasses import replace

from estimator.errors import InvalidRequest, Problem
from estimator.model.codes import Payer
from estimator.model.contracts import Contract
from estimator.model.order import Coverage, EstimateRequest, PriceOverrides


def fitted(request: EstimateRequest, contracts: Mapping[str, Contract]) -> EstimateRequest:
    """Put the contracts in their places, and take from them what the request leaves open: payer and site.

    A period without prices of its own is priced as the request says, so a contract there holds for that period too.
    Raises ``InvalidRequest``: a contract is not on file, or one of another payer or site.
    """
    fitting = _Fitting(request, contracts)
    if not request.periods:
        coverage = fitting.coverage(request.coverage, request.price, "/price", "coverage")
        found = replace(request, coverage=coverage)
    else:
        periods = []
        for part in request.periods:
            place = part.coverage.place
            price, at = (request.price, "") if part.price is None else (part.price, f"/coverage_periods/{place}")
            own = fitting.coverage(part.coverage, price, f"{at}/price", f"coverage_periods[{place}].coverage")
            periods.append(replace(part, coverage=own, price=part.price and fitting.price(part.price)))
        found = replace(request, coverage=periods[0].coverage, periods=tuple(periods))
    if fitting.problems:
        raise InvalidRequest(fitting.problems)
    return replace(
        found,
        price=fitting.price(request.price),
        site_of_care=fitting.site,
        taken_from_contract=tuple(dict.fromkeys(fitting.taken)),
    )


class _Fitting:
    """What has been found while the contracts are put in their places."""

    def __init__(self, request: EstimateRequest, contracts: Mapping[str, Contract]) -> None:
        self._contracts = contracts
        self.site = request.site_of_care
        self.taken: list[str] = []
        self.problems = [
            Problem(f"{pointer}/contract", "contract_not_found")
            for pointer, price in request.said_prices
            if price.contract_id is not None and price.contract_id not in contracts
        ]

    def price(self, price: PriceOverrides) -> PriceOverrides:
        """Give prices with the contract that they name, where it is on file."""
        return price if price.contract_id is None else replace(price, contract=self._contracts.get(price.contract_id))

    def coverage(self, coverage: Coverage, price: PriceOverrides, pointer: str, field: str) -> Coverage:
        """Hold the contract in some prices against the coverage that they are of, and against the site."""
        contract = self._contracts.get(price.contract_id or "")
        if contract is None:
            return coverage
        if coverage.payer is Payer.UNKNOWN:
            coverage = replace(coverage, payer=contract.payer)
            self.taken.append(f"{field}.payer")
        elif coverage.payer is not contract.payer:
            self._refuse(pointer, "contract_other_payer", "payer", contract.payer.value)
        if contract.site is not None and self.site is None:
            self.site = contract.site
            self.taken.append("site_of_care")
        elif contract.site not in (None, self.site):
            self._refuse(pointer, "contract_other_site", "site", str(contract.site))
        return coverage

    def _refuse(self, pointer: str, code: str, name: str, said: str) -> None:
        problem = Problem(f"{pointer}/contract", code, {name: said})
        if problem not in self.problems:
            self.problems.append(problem)
