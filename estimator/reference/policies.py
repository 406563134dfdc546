"""Policy documents: one version of one document, read strictly from its record."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise
from types import MappingProxyType
from typing import NamedTuple

from estimator.errors import BadFact
from estimator.model.periods import Period
from estimator.reference.clinical import Dictionary
from estimator.reference.criteria import Ambiguity, Branch, Citation, Comparison, CriteriaReader, Node, Unread
from estimator.reference.facts import Basis, Fact
from estimator.reference.policy_limits import AmountLimit, DoseLimit, VialLimit, amount_limits, dose_limits, vial_limits
from estimator.reference.record_reading import Reader, exact

CONTEXT = "context:"
"""Records of kind ``policy`` whose key begins so are about policies, and no policies."""
PHASES = ("initial", "renewal")


class Entry(NamedTuple):
    """The criteria for one use. ``indications`` empty and ``conditions`` empty: for every use."""

    name: str
    indications: frozenset[str]
    conditions: frozenset[str]
    route: str | None
    products: frozenset[str]
    applies_when: Comparison | None
    is_group: bool
    is_alternative: bool
    trees: Mapping[str, Node]
    variant: str | None
    ambiguity: Ambiguity | None
    says: str | None
    details: Mapping[str, object]
    dose_limits: tuple[DoseLimit, ...] = ()
    stops_after_months: int | None = None
    approval: Mapping[str, str] = MappingProxyType({})

    @property
    def is_general(self) -> bool:
        """Say whether the entry is for every use."""
        return not self.indications and not self.conditions


class Exclusion(NamedTuple):
    """A use that the document shuts out. Without tests it is only shown, never judged."""

    id: str
    says: str
    indications: frozenset[str]
    conditions: frozenset[str]
    tests: tuple[Comparison, ...]
    cite: Citation | None

    @property
    def is_judged(self) -> bool:
        """Say whether the record states in data whom it shuts out."""
        return bool(self.tests or self.indications or self.conditions)


class CodeList(NamedTuple):
    """The document's own diagnosis codes. ``named_without`` are codes of conditions it names and does not list."""

    codes: frozenset[str]
    is_closed: bool
    named_without: frozenset[str]
    condition_without: str | None
    seen_on: str | None
    cite: Citation | None


class Policy(NamedTuple):
    """One version of a policy document."""

    id: str
    fact_id: str
    title: str
    number: str | None
    edition: str | None
    payer: str
    document: str
    lines: tuple[str, ...]
    routes: tuple[str, ...]
    sites: tuple[str, ...] | None
    states: tuple[str, ...] | None
    jurisdictions: tuple[str, ...]
    period: Period
    is_first_day_stated: bool
    recheck_after: date | None
    source_id: str
    locator: str
    basis: Basis
    source_kind: str
    text_read: str
    read_in_full: tuple[str, ...]
    not_seen: tuple[str, ...]
    unlisted: str
    not_for: frozenset[str]
    only_for: frozenset[str]
    usable_alone: bool
    entries: tuple[Entry, ...]
    exclusions: tuple[Exclusion, ...]
    not_covered: frozenset[str]
    codes: CodeList | None
    preferred: Mapping[str, frozenset[str]]
    nonpreferred: Mapping[str, frozenset[str]]
    excluded_products: frozenset[str]
    hcpcs_missing: frozenset[str]
    unit_limits: tuple[AmountLimit, ...]
    vial_limits: tuple[VialLimit, ...]
    weight_behind_kg: Decimal | None
    gaps: tuple[Comparison, ...]
    requires_authorization: bool
    benefit: str | None
    supply: str | None
    shifts_cost: bool
    approval_months: Mapping[str, int]
    approval: Mapping[str, str]
    links: tuple[Mapping[str, object], ...]
    hcpcs: frozenset[str]
    details: Mapping[str, object]

    @property
    def is_fully_read(self) -> bool:
        """Say whether every criterion of the document's scope could be read."""
        return self.text_read == "full"


def policies(
    facts: list[Fact], dictionary: Dictionary, lists: Mapping[str, frozenset[str]]
) -> dict[str, tuple[Policy, ...]]:
    """Read every policy document, its versions in order of time. Raises ``BadFact``, also where two overlap."""
    found: dict[str, list[Policy]] = {}
    for fact in facts:
        if not fact.key.startswith(CONTEXT):
            found.setdefault(fact.key, []).append(policy(fact, dictionary, lists))
    for versions in found.values():
        versions.sort(key=lambda item: item.period.first_day)
        for earlier, later in pairwise(versions):
            if earlier.period.last_day is None or earlier.period.last_day >= later.period.first_day:
                raise BadFact(file="policy", row=later.fact_id, reason="two versions hold on the same day")
    return {key: tuple(versions) for key, versions in found.items()}


def policy(fact: Fact, dictionary: Dictionary, lists: Mapping[str, frozenset[str]]) -> Policy:
    """Read one version of a policy document. Raises ``BadFact``."""
    read = Reader(fact)
    value = read.value
    cites = cites_of(read)
    raw_entries = _map(value.get("criteria"))
    criteria = CriteriaReader(
        fact, dictionary, cites=cites, refer=lambda name: _referred(read, raw_entries, name), whole=raw_entries.get
    )
    lengths = _map(value.get("approval_months"))
    entries = [
        _entry(name, {"approval_months": lengths.get(name), **_map(raw)}, criteria) for name, raw in raw_entries.items()
    ]
    products = _map(value.get("products"))
    preferred, nonpreferred = _preferences(products)
    entries += _steps(_map(value.get("step")), nonpreferred, criteria)
    _check_lists(entries, lists, read)
    scope = _map(value.get("scope"))
    states = scope.get("states")
    limits = _map(value.get("unit_limits"))
    closed, is_full = read.flag("closed_list"), read.text("text_read") == "full"
    authorization = value.get("prior_authorization")
    return Policy(
        id=fact.key,
        fact_id=fact.id,
        title=read.text("title"),
        number=read.text_or_none("number"),
        edition=read.text_or_none("edition"),
        payer=read.text("payer"),
        document=read.text("document"),
        lines=read.texts("lines"),
        routes=read.texts("routes"),
        sites=read.texts("sites") or None,
        states=tuple(str(state) for state in states) if isinstance(states, list | tuple) else None,
        jurisdictions=_words(scope.get("jurisdictions")),
        period=fact.period,
        is_first_day_stated=value.get("first_day_stated") is not False,
        recheck_after=fact.recheck_after,
        source_id=fact.source_id,
        locator=fact.locator,
        basis=fact.basis,
        source_kind=read.text("source_kind"),
        text_read=read.text("text_read"),
        read_in_full=read.texts("read_in_full"),
        not_seen=read.texts("not_seen"),
        unlisted=read.text_or_none("unlisted") or ("excluded" if closed and is_full else "unknown"),
        not_for=frozenset(read.texts("not_for")),
        only_for=frozenset(read.texts("only_for")),
        usable_alone=value.get("usable_alone") is not False,
        entries=tuple(entries),
        exclusions=tuple(_exclusion(item, criteria, cites) for item in read.maps("exclusions")),
        not_covered=frozenset(_words(_map(value.get("not_covered")).get("indications"))),
        codes=_code_list(_map(value.get("diagnoses")), lists, cites),
        preferred=preferred,
        nonpreferred=nonpreferred,
        excluded_products=frozenset(_words(products.get("excluded"))),
        hcpcs_missing=frozenset(_words(_map(value.get("hcpcs")).get("not_on_it"))),
        unit_limits=amount_limits(limits, fact),
        vial_limits=vial_limits(_map(value.get("vial_limits")), fact),
        weight_behind_kg=_weight_behind(limits, fact),
        gaps=tuple(
            criteria.test(kind)
            for kind in _map(value.get("request_types")).values()
            if isinstance(kind, Mapping) and "fact" in kind
        ),
        requires_authorization=authorization == "required"
        or (isinstance(authorization, Mapping) and authorization.get("required") is True),
        benefit=read.text_or_none("benefit"),
        supply=_supply(value.get("benefit_channel")),
        shifts_cost="member_liability" in _map(value.get("consequence")),
        approval_months=_months(value.get("approval_months")),
        approval=_approval(value),
        links=read.maps("links"),
        hcpcs=frozenset(_words(_map(value.get("hcpcs")).get("codes"))),
        details=value,
    )


def cites_of(read: Reader) -> dict[str, Citation]:
    """Read the places that a policy's criteria cite, by their key."""
    found = {}
    for name, cite in _map(read.value.get("cites")).items():
        known = _map(cite)
        kind = known.get("source_kind")
        found[name] = Citation(str(known.get("source")), str(known.get("locator")), None if kind is None else str(kind))
    return found


def _referred(read: Reader, entries: Mapping[str, object], name: str) -> object:
    if name not in entries:
        raise read.bad("ref", f"names {name!r}, which is no criteria entry of this policy")
    return _map(entries[name]).get("initial")


def _entry(name: str, raw: Mapping[str, object], criteria: CriteriaReader) -> Entry:
    trees: dict[str, Node] = {phase: criteria.node(raw[phase]) for phase in PHASES if phase in raw}
    cite = raw.get("cite")
    if raw.get("listed_without_criteria") is True:
        says = str(raw["says"]) if isinstance(raw.get("says"), str) else None
        listed = Unread(name, says, "payer_discretion", criteria.cites.get(str(cite)))
        trees["initial"] = Branch(None, "all", 0, (listed,), None)
    one = raw.get("condition")
    applies = raw.get("applies_when")
    return Entry(
        name=name,
        indications=frozenset(_words(raw.get("indications"))),
        conditions=frozenset(_words(raw.get("conditions")) + ((one,) if isinstance(one, str) else ())),
        route=str(raw["route"]) if "route" in raw else None,
        products=frozenset(_words(raw.get("products"))),
        applies_when=None if applies is None else criteria.test(applies),
        is_group=raw.get("group") is True,
        is_alternative=raw.get("alternative") is True,
        trees=trees,
        variant=None if raw.get("variant") is None else str(raw["variant"]),
        ambiguity=criteria.ambiguity(raw.get("ambiguous")),
        says=str(raw["says"]) if isinstance(raw.get("says"), str) else None,
        details=raw,
        dose_limits=dose_limits(raw.get("dose_limits"), criteria),
        stops_after_months=_stops_after(raw, criteria),
        approval=_approval(raw),
    )


def _stops_after(raw: Mapping[str, object], criteria: CriteriaReader) -> int | None:
    """Read after how many months without improvement a use ends; an entry has the rule of one it refers to."""
    months = _map(raw.get("stop_rule")).get("months_without_objective_improvement") or raw.get("limit_months")
    if months is not None:
        return int(exact(months, fact=criteria.fact, name="stop_rule"))
    parts = _map(raw.get("initial")).get("all")
    for part in parts if isinstance(parts, list | tuple) else ():
        name = _map(part).get("ref")
        if name is not None:
            return _stops_after(_map(criteria.whole(str(name))), criteria)
    return None


def _approval(raw: Mapping[str, object]) -> dict[str, str]:
    """Read how long an approval lasts, by phase: a number of months, or ``plan_year``."""
    found = {phase: f"{months} months" for phase, months in _months(raw.get("approval_months")).items()}
    found |= {phase: str(word) for phase, word in _map(raw.get("approval")).items()}
    days = _map(raw.get("approval_days")).get("value")
    if days is not None:
        found |= dict.fromkeys(PHASES, f"{days} days")
    return found


def _steps(
    raw: Mapping[str, object], nonpreferred: Mapping[str, frozenset[str]], criteria: CriteriaReader
) -> list[Entry]:
    """Read step rules that are written as trees: for every order, for the brands of a list, or for one brand."""
    found = []
    for name, tree in raw.items():
        if not isinstance(tree, Mapping) or not ({"all", "any", "at_least"} & tree.keys()):
            continue
        route = name.rpartition("_")[2]
        products = frozenset[str]()
        if name != "general" and not name.startswith("any_"):
            listed = tree.get("products")
            products = frozenset(_words(listed)) if listed else nonpreferred.get(route, frozenset({name}))
        body = {key: part for key, part in tree.items() if key != "products"}
        entry = _entry(f"step_{name}", {"initial": body}, criteria)
        found.append(entry._replace(products=products, route=route if route in ("iv", "sc") else None))
    return found


def _check_lists(entries: list[Entry], lists: Mapping[str, frozenset[str]], read: Reader) -> None:
    def walk(node: Node) -> None:
        if isinstance(node, Branch):
            for part in node.parts:
                walk(part)
        elif not isinstance(node, Unread) and node.test.op == "in_list" and node.test.value not in lists:
            raise read.bad("criteria", f"the list {node.test.value!r} is not on file")

    for entry in entries:
        for tree in entry.trees.values():
            walk(tree)


def _exclusion(raw: Mapping[str, object], criteria: CriteriaReader, cites: Mapping[str, Citation]) -> Exclusion:
    return Exclusion(
        id=str(raw.get("id")),
        says=str(raw.get("says") or raw.get("id")),
        indications=frozenset(_words(raw.get("indications"))),
        conditions=frozenset(_words(raw.get("conditions"))),
        tests=() if raw.get("when") is None else criteria.tests(raw["when"]),
        cite=cites.get(str(raw.get("cite"))),
    )


def _code_list(
    raw: Mapping[str, object], lists: Mapping[str, frozenset[str]], cites: Mapping[str, Citation]
) -> CodeList | None:
    codes = frozenset(_words(raw.get("codes"))) or lists.get(str(raw.get("list")), frozenset())
    if not codes:
        return None
    without = _map(raw.get("condition_without_code"))
    return CodeList(
        codes=codes,
        is_closed=raw.get("closed") is True,
        named_without=frozenset(_words(without.get("codes"))),
        condition_without=None if not without else str(without.get("condition")),
        seen_on=None if raw.get("list_seen") is None else str(raw["list_seen"]),
        cite=cites.get(str(raw.get("cite"))),
    )


def _preferences(raw: Mapping[str, object]) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Read lists of preferred and other products, by route; ``""`` is a list for every route."""
    found: tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]] = ({}, {})
    for name, products in raw.items():
        if not isinstance(products, list | tuple):
            continue
        for place, start in enumerate(("preferred", "nonpreferred")):
            if name.startswith(start) and "hcpcs" not in name and "part_d" not in name:
                route = name.rpartition("_")[2]
                key = route if route in ("iv", "sc") else ""
                found[place][key] = found[place].get(key, frozenset()) | frozenset(_words(products))
    return found


def _weight_behind(raw: Mapping[str, object], fact: Fact) -> Decimal | None:
    weight = _map(raw.get("basis_weight")).get("weight_behind_kg")
    return None if weight is None else exact(weight, fact=fact, name="weight_behind_kg")


def _supply(raw: object) -> str | None:
    rule = _map(raw).get("rule")
    return rule if isinstance(rule, str) else None


def _months(raw: object) -> dict[str, int]:
    if isinstance(raw, int | str) and str(raw).isdecimal():
        return dict.fromkeys(PHASES, int(raw))
    return {name: int(str(months)) for name, months in _map(raw).items() if str(months).isdecimal()}


def _map(raw: object) -> Mapping[str, object]:
    return raw if isinstance(raw, Mapping) else {}


def _words(raw: object) -> tuple[str, ...]:
    return tuple(str(word) for word in raw) if isinstance(raw, list | tuple) else ()
