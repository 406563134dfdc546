"""Which policy documents speak about an order: those named, else Medicare's own by place, route and day."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from estimator.coverage.situation import Situation
from estimator.model.codes import Payer, Site
from estimator.reference.book import ReferenceBook
from estimator.reference.criteria import Branch, Leaf, Node
from estimator.reference.policies import Policy

JURISDICTIONS = "context:mac_jurisdictions"
LOCAL_POLICIES = "context:mac_lcds"
MEDICARE_LINES = frozenset({"medicare_ffs", "medicare_part_d"})
LINES: Mapping[Payer, frozenset[str]] = {
    Payer.COMMERCIAL: frozenset({"commercial", "marketplace"}),
    Payer.MEDICARE: MEDICARE_LINES,
    Payer.MEDICARE_ADVANTAGE: frozenset({"medicare_advantage", "medicare_part_d", "medicare_ffs"}),
    Payer.MEDICAID: frozenset({"medicaid"}),
}
"""The lines of business of each payer; others match any line.

What binds Original Medicare binds the Advantage plans in its place (42 CFR 422.101(b)).
"""


class Chosen(NamedTuple):
    """A document to be held against the order. ``outside`` names the part of its scope that the order is outside of."""

    policy: Policy
    is_named: bool
    outside: str | None


class Absent(NamedTuple):
    """A document that was named or is Medicare's own, of which no version on file holds on the day."""

    policy_id: str


def chosen(
    situation: Situation, *, payer: Payer, named: tuple[str, ...], book: ReferenceBook
) -> tuple[tuple[Chosen, ...], tuple[Absent, ...]]:
    """Choose the documents, each in the version that holds on the date of service."""
    ids = dict.fromkeys((*named, *_medicares_own(situation, payer, book)))
    found: list[Chosen] = []
    absent: list[Absent] = []
    for policy_id in ids:
        policy = book.policy(policy_id, situation.on)
        if policy is None:
            absent.append(Absent(policy_id))
            continue
        is_named = policy_id in named
        reason = outside(policy, situation, payer)
        if is_named or reason is None:
            found.append(Chosen(policy, is_named, reason))
    if not found and not named and payer is Payer.MEDICARE:
        found = [Chosen(policy, is_named=False, outside=None) for policy in _elsewhere(situation, payer, book)]
    return tuple(found), tuple(absent)


def outside(policy: Policy, situation: Situation, payer: Payer) -> str | None:
    """Name the part of a document's scope that an order is outside of; ``None`` when it is inside."""
    lines = LINES.get(payer)
    if lines is not None and not lines & frozenset(policy.lines):
        return "line"
    if situation.route.value not in policy.routes:
        return "route"
    if policy.states is not None and situation.state is not None and situation.state not in policy.states:
        return "state"
    if _is_about_others(policy, situation):
        return "indication"
    if (
        policy.sites is not None
        and situation.site is not None
        and situation.site.value not in policy.sites
        and not tests_site(policy)
    ):
        return "site"
    return None


def _is_about_others(policy: Policy, situation: Situation) -> bool:
    """Say whether a document is about other uses; while no diagnosis was said it may be about this one."""
    indication = situation.indication
    if indication is None:
        return bool(policy.only_for) and situation.diagnosis is not None and situation.condition is None
    return indication in policy.not_for or (bool(policy.only_for) and indication not in policy.only_for)


def tests_site(policy: Policy) -> bool:
    """Say whether a document's own criteria test the site, so that another site fails them."""
    return any("site" in _tested(tree) for entry in policy.entries for tree in entry.trees.values())


def jurisdiction(state: str | None, book: ReferenceBook) -> str | None:
    """Name the contractor's jurisdiction of a state."""
    for name, area in _context(JURISDICTIONS, book).items():
        states = area.get("states") if isinstance(area, Mapping) else None
        if isinstance(states, list | tuple) and state in states:
            return name
    return None


def shared_with(state: str | None, book: ReferenceBook) -> tuple[str, str] | None:
    """Give the places of a state that another contractor has, and that contractor; ``None`` where there are none."""
    records = book.words.get(("policy", JURISDICTIONS), ())
    value = records[-1].value if records else {}
    listed = value.get("exceptions") if isinstance(value, Mapping) else ()
    for item in listed if isinstance(listed, list | tuple) else ():
        if isinstance(item, Mapping) and state is not None and item.get("state") == state:
            return str(item.get("says")), str(item.get("mac"))
    return None


def _medicares_own(situation: Situation, payer: Payer, book: ReferenceBook) -> Iterator[str]:
    if payer not in (Payer.MEDICARE, Payer.MEDICARE_ADVANTAGE):
        return
    local = _context(LOCAL_POLICIES, book).get(jurisdiction(situation.state, book) or "")
    at_home = _at_home(book)
    for policy_id, versions in book.policies.items():
        if any(version.document == "ncd" for version in versions):
            yield policy_id
    if situation.site is Site.HOME:
        if payer is Payer.MEDICARE:  # a plan in its place may add benefits at home
            yield from at_home
    elif isinstance(local, list | tuple):
        yield from (str(policy_id) for policy_id in local)


def _elsewhere(situation: Situation, payer: Payer, book: ReferenceBook) -> Iterator[Policy]:
    """Give the documents of a benefit by this route that exists only at another place."""
    for policy_id in _at_home(book):
        policy = book.policy(policy_id, situation.on)
        if policy is not None and outside(policy, situation, payer) is None and situation.route.value == "sc":
            yield policy


def _at_home(book: ReferenceBook) -> tuple[str, ...]:
    records = book.words.get(("policy", LOCAL_POLICIES), ())
    value = records[-1].value if records else {}
    listed = value.get("dme") if isinstance(value, Mapping) else ()
    return tuple(str(each) for each in listed) if isinstance(listed, list | tuple) else ()


def _context(key: str, book: ReferenceBook) -> Mapping[str, object]:
    records = book.words.get(("policy", key), ())
    value = records[-1].value if records else {}
    found = value.get("ab") if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _tested(node: Node) -> frozenset[str]:
    if isinstance(node, Leaf):
        return frozenset({node.test.fact.criterion})
    if isinstance(node, Branch):
        return frozenset[str]().union(*(_tested(part) for part in node.parts))
    return frozenset()
