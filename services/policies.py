"""Policy documents on file: what each asks for, of whom, and how much of it was read."""

from estimator.coverage import read_on
from estimator.errors import NotOnFile
from estimator.model.quantities import MG_PER_GRAM, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.criteria import Branch, Comparison, Leaf, Node, Unread
from estimator.reference.policies import Entry, Exclusion, Policy
from estimator.reference.policy_limits import DoseLimit
from services.policy_answers import asked, citation
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording


def list_policies(*, runtime: Runtime) -> dict[str, object]:
    """List every policy document, by id, with its versions."""
    book = runtime.book
    items = [
        {
            "id": policy_id,
            "title": versions[-1].title,
            "payer": versions[-1].payer,
            "document": versions[-1].document,
            "lines": list(versions[-1].lines),
            "versions": [_version(one, book) for one in versions],
        }
        for policy_id, versions in sorted(book.policies.items())
    ]
    return stamped({"items": items, "next": None}, runtime)


def show_policy(policy_id: str, *, runtime: Runtime, language: str) -> dict[str, object]:
    """Show a policy document with the criteria of every version. Raises ``NotOnFile``."""
    versions = runtime.book.policies.get(policy_id)
    if versions is None:
        raise NotOnFile("policy", policy_id)
    wording = Wording(runtime, language)
    whole = [_version(one, runtime.book) | _content(one, runtime.book, wording) for one in versions]
    return stamped({"id": policy_id, "versions": whole}, runtime)


def _version(one: Policy, book: ReferenceBook) -> dict[str, object]:
    source = book.sources.get(one.source_id)
    read = read_on(one, book)
    return {
        "fact_id": one.fact_id,
        "title": one.title,
        "payer": one.payer,
        "number": one.number,
        "version": one.edition,
        "effective_from": one.period.first_day.isoformat(),
        "is_first_day_stated": one.is_first_day_stated,
        "effective_to": None if one.period.last_day is None else one.period.last_day.isoformat(),
        "read_on": None if read is None else read.isoformat(),
        "recheck_after": None if one.recheck_after is None else one.recheck_after.isoformat(),
        "basis": one.basis.value,
        "source_kind": one.source_kind,
        "text_read": one.text_read,
        "not_seen": list(one.not_seen),
        "source_id": one.source_id,
        "url": None if source is None else source.url,
        "locator": one.locator,
        "routes": list(one.routes),
        "sites": None if one.sites is None else list(one.sites),
        "states": None if one.states is None else list(one.states),
        "jurisdictions": list(one.jurisdictions),
    }


def _content(one: Policy, book: ReferenceBook, wording: Wording) -> dict[str, object]:
    return {
        "unlisted": one.unlisted,
        "requires_authorization": one.requires_authorization,
        "approval_months": dict(one.approval_months),
        "preferred": {route or "any": sorted(products) for route, products in one.preferred.items()},
        "nonpreferred": {route or "any": sorted(products) for route, products in one.nonpreferred.items()},
        "excluded_products": sorted(one.excluded_products),
        "codes": None if one.codes is None else sorted(one.codes.codes),
        "codes_are_closed": None if one.codes is None else one.codes.is_closed,
        "unit_limits": [
            {
                "indications": sorted(limit.indications),
                "products": sorted(limit.products),
                "units": limit.units,
                "grams": plain(limit.mg / MG_PER_GRAM),
                "per_days": limit.per_days,
                "phase": limit.phase,
            }
            for limit in one.unit_limits
        ],
        "vial_limits": [
            {
                "product": limit.product,
                "vial_grams": plain(limit.vial_mg / MG_PER_GRAM),
                "count": limit.number,
                "per_days": limit.per_days,
            }
            for limit in one.vial_limits
        ],
        "approval": dict(one.approval),
        "billing_codes": sorted(one.hcpcs),
        "links": [dict(link) for link in one.links],
        "exclusions": [_exclusion(item, book) for item in one.exclusions],
        "entries": [_entry(entry, book, wording) for entry in one.entries],
        "unverified": one.details.get("unverified"),
    }


def dose_limit(item: DoseLimit, book: ReferenceBook) -> dict[str, object]:
    """Write the most that a document takes per kg, and how often."""
    return {
        "g_per_kg": None if item.mg_per_kg is None else plain(item.mg_per_kg / MG_PER_GRAM),
        "per_days": item.per_days,
        "min_interval_days": item.min_interval_days,
        "phase": item.phase,
        "unless": None if item.unless is None else _comparison(item.unless),
        "says": item.says,
        "citation": None if item.cite is None else citation(item.cite, book),
    }


def _exclusion(item: Exclusion, book: ReferenceBook) -> dict[str, object]:
    return {
        "id": item.id,
        "says": item.says,
        "indications": sorted(item.indications),
        "conditions": sorted(item.conditions),
        "when": [_comparison(test) for test in item.tests],
        "is_judged": item.is_judged,
        "citation": None if item.cite is None else citation(item.cite, book),
    }


def _entry(entry: Entry, book: ReferenceBook, wording: Wording) -> dict[str, object]:
    return {
        "name": entry.name,
        "says": entry.says,
        "indications": sorted(entry.indications),
        "conditions": sorted(entry.conditions),
        "route": entry.route,
        "products": sorted(entry.products),
        "applies_when": None if entry.applies_when is None else _comparison(entry.applies_when),
        "criteria": {phase: tree(node, book, wording) for phase, node in entry.trees.items()},
        "dose_limits": [dose_limit(item, book) for item in entry.dose_limits],
        "stops_without_improvement_after_months": entry.stops_after_months,
        "approval": dict(entry.approval),
    }


def tree(node: Node, book: ReferenceBook, wording: Wording) -> dict[str, object]:
    """Write a criteria tree as nested objects."""
    found: dict[str, object] = {"id": node.id, "says": node.says}
    if node.cite is not None:
        found["citation"] = citation(node.cite, book)
    if isinstance(node, Unread):
        return found | {"kind": "not_read", "reason": node.reason}
    if node.when is not None:
        found["when"] = _comparison(node.when)
    if node.ambiguity is not None:
        found["ambiguous"] = {"says": node.ambiguity.says, "other_reading": node.ambiguity.other_reading}
    if isinstance(node, Branch):
        found |= {"kind": node.kind, "parts": [tree(part, book, wording) for part in node.parts]}
        return found | {"n": node.least} if node.kind == "at_least" else found
    return found | _leaf(node, wording)


def _leaf(leaf: Leaf, wording: Wording) -> dict[str, object]:
    fact = leaf.test.fact
    return {
        "kind": "test",
        **_comparison(leaf.test),
        "judge": "payer" if leaf.judge else None,
        "proof": leaf.evidence or fact.proof,
        "ask": wording.sentence("clinical_facts", fact.name),
    }


def _comparison(test: Comparison) -> dict[str, object]:
    return {"fact": test.fact.name, "needs": asked(test)}
