"""What of a plan's design Original Medicare does not have: one deductible a year, its own percentages, and no limit."""

from collections.abc import Mapping

from estimator.errors import Problem
from estimator.model.plan import DEFAULT_COPAY_ORDER

CODE = "not_of_original_medicare"
NOT_MEDICARES = ("out_of_network", "fourth_quarter_carryover", "csr", "funding", "issue_state")
"""What no word can say of Original Medicare."""
MEANINGLESS = {
    "pharmacy_deductible": "combined",
    "hdhp": False,
    "grandfathered": False,
    "tier": "self",
    "deductible_counts_to_out_of_pocket": True,
    "coinsurance_counts_to_out_of_pocket": True,
}
"""The one word of each that says nothing against Original Medicare."""
JANUARY_FIRST = "-01-01"


def problems(plan: Mapping[str, object]) -> list[Problem]:
    """Find what would be lost if it were taken: Original Medicare would answer as if it had not been said."""
    found = [name for name in NOT_MEDICARES if plan.get(name) is not None]
    found += [name for name, word in MEANINGLESS.items() if plan.get(name) not in (None, word)]
    starts_on = plan.get("year_starts_on")
    if isinstance(starts_on, str) and not starts_on.endswith(JANUARY_FIRST):
        found.append("year_starts_on")
    deductible = plan.get("deductible")
    if isinstance(deductible, Mapping):
        found += ["deductible/family"] if deductible.get("family") not in (None, "none") else []
        found += ["deductible/rule"] if deductible.get("rule") not in (None, "embedded") else []
    order = plan.get("copay")
    if isinstance(order, Mapping):
        usual = DEFAULT_COPAY_ORDER._asdict()
        found += [f"copay/{name}" for name, word in order.items() if name in usual and word not in (None, usual[name])]
    return [Problem(f"/plan/{name}", CODE) for name in found]
