"""What a version of a policy states differently from another: scope, lists and each criterion."""

from collections.abc import Iterator
from typing import NamedTuple

from estimator.model.quantities import MG_PER_GRAM
from estimator.reference.criteria import Branch, Leaf, Node, Unread
from estimator.reference.policies import Policy
from services.policy_answers import asked


class Difference(NamedTuple):
    """One thing that two versions state differently; ``None``: it states nothing."""

    what: str
    before: str | None
    after: str | None


def differences(before: Policy, after: Policy) -> list[Difference]:
    """List what a version states differently from another: scope, lists and each criterion."""
    one, other = _statements(before), _statements(after)
    names = dict.fromkeys((*one, *other))
    return [Difference(name, one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)]


def _statements(one: Policy) -> dict[str, str]:
    found = {
        "effective_from": one.period.first_day.isoformat(),
        "lines": ", ".join(one.lines),
        "routes": ", ".join(one.routes),
        "text_read": one.text_read,
        "a use it does not list": one.unlisted,
        "excluded products": ", ".join(sorted(one.excluded_products)),
        "approval months": ", ".join(f"{name} {months}" for name, months in one.approval_months.items()),
    }
    for name, lists in (("preferred", one.preferred), ("not preferred", one.nonpreferred)):
        for route, products in lists.items():
            found[f"{name} {route}".strip()] = ", ".join(sorted(products))
    for item in one.exclusions:
        found[f"exclusion {item.id}"] = item.says
    for limit in one.unit_limits:
        about = ", ".join(sorted(limit.indications | limit.products))
        said = f"{limit.mg / MG_PER_GRAM:f} g" if limit.units is None else f"{limit.units} units"
        span = "one course" if limit.per_days is None else f"{limit.per_days} days"
        found[f"limit for {about} in {span}"] = said
    for entry in one.entries:
        for phase, tree in entry.trees.items():
            found |= dict(_criteria(tree, f"{entry.name} {phase}"))
    return {name: said for name, said in found.items() if said}


def _criteria(node: Node, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Branch):
        inside = f"{where} {node.id}" if node.id is not None else where
        for part in node.parts:
            yield from _criteria(part, inside)
    elif isinstance(node, Unread):
        yield f"{where} {node.id}", f"not read: {node.says or ''}".strip()
    elif isinstance(node, Leaf):
        judged = "; the payer judges" if node.judge else ""
        yield f"{where} {node.id}", f"{node.test.fact.name} {asked(node.test)}{judged}"
