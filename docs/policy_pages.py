"""A page for each policy document on file, for a reader who knows the document and wants to find it right."""

from collections.abc import Iterator, Mapping

from estimator.coverage import read_on
from estimator.model.quantities import MG_PER_GRAM, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.criteria import Branch, Citation, Comparison, Leaf, Node, Unread
from estimator.reference.policies import Entry, Policy
from estimator.reference.policy_limits import DoseLimit
from services.policy_answers import asked, citation

FOLDER = "policies/"
KINDS = {"all": "All of these", "any": "One of these", "not": "Not this"}
READ = {
    "full": "every criterion of its scope",
    "part": "in part",
    "head_only": "its first pages only",
    "none": "nothing",
}


def pages(book: ReferenceBook, questions: Mapping[str, object], written: str) -> dict[str, str]:
    """Give the page of every policy document, and a list of them, by file name."""
    found = {}
    index = ["# Policies", "", written, "| policy | payer | document | read |", "|---|---|---|---|"]
    for policy_id, versions in sorted(book.policies.items()):
        name = f"{policy_id}.md"
        newest = versions[-1]
        index.append(f"| [`{policy_id}`]({name}) | {newest.payer} | {newest.title} | {READ[newest.text_read]} |")
        lines = [f"# {newest.payer}: {newest.title}", "", f"`{policy_id}`. {written}"]
        for version in reversed(versions):
            lines += _version(version, book, questions)
        found[FOLDER + name] = "\n".join([*lines, ""])
    found[FOLDER + "index.md"] = "\n".join([*index, ""])
    return found


def _version(one: Policy, book: ReferenceBook, questions: Mapping[str, object]) -> Iterator[str]:
    until = "until further notice" if one.period.last_day is None else f"to {one.period.last_day}"
    begins = f"In force from {one.period.first_day}"
    if not one.is_first_day_stated:
        begins = f"First day not stated; compared from {one.period.first_day}"
    yield from (f"## {begins} {until}", "")
    source = book.sources.get(one.source_id)
    if source is not None:
        where = source.title if source.url is None else f"[{_said(source.title)}]({source.url})"
        yield f"- Source: {where}; {_said(one.locator)} ({one.source_kind.replace('_', ' ')}, {one.basis.value})"
    again = "" if one.recheck_after is None else f"; to be looked up again after {one.recheck_after}"
    read = read_on(one, book)
    yield f"- Read: {READ[one.text_read]}{'' if read is None else f', on {read}'}{again}"
    for name, said in _facts_of(one):
        if said:
            yield f"- {name}: {said}"
    yield ""
    cited = _Cited(book)
    for entry in one.entries:
        yield from _entry(entry, cited, questions)
    if one.exclusions:
        yield from ("### Shut out", "")
        for item in one.exclusions:
            judged = "" if item.is_judged else " (shown, not judged)"
            yield f"- {_said(item.says)}{judged}{cited.mark(item.cite)}"
        yield ""
    yield from _limits(one)
    if cited.places:
        yield from ("### Sources", "")
        yield from (f"{number}. {place}" for place, number in cited.places.items())
        yield ""


def _limits(one: Policy) -> Iterator[str]:
    if one.unit_limits:
        yield from (
            "### Limits",
            "",
            "| uses | products | units | grams | in days | phase |",
            "|---|---|---|---|---|---|",
        )
        for limit in one.unit_limits:
            units, grams = limit.units or "", plain(limit.mg / MG_PER_GRAM)
            cells = (
                _list(limit.indications),
                _list(limit.products),
                units,
                grams,
                limit.per_days or "one course",
                limit.phase or "",
            )
            yield f"| {' | '.join(map(str, cells))} |"
        yield ""
    if one.vial_limits:
        yield from ("### Packages", "", "Each smaller size may be used once more.", "")
        yield from ("| product | largest package, grams | at most | in days |", "|---|---|---|---|")
        for vial in one.vial_limits:
            yield f"| {vial.product} | {plain(vial.vial_mg / MG_PER_GRAM)} | {vial.number} | {vial.per_days} |"
        yield ""


class _Cited:
    """The places that a version cites, numbered in the order in which they first stand."""

    def __init__(self, book: ReferenceBook) -> None:
        self.book = book
        self.places: dict[str, int] = {}

    def mark(self, cite: Citation | None) -> str:
        """Give the mark of a citation: its number in brackets."""
        if cite is None:
            return ""
        place = _said(citation(cite, self.book))
        return f" [{self.places.setdefault(place, len(self.places) + 1)}]"


def _facts_of(one: Policy) -> Iterator[tuple[str, str]]:
    yield "Number", one.number or ""
    yield "Edition", one.edition or ""
    yield "Lines of business", _list(one.lines)
    yield "Routes", _list(one.routes)
    yield "Places", _list(one.sites or ())
    yield "States", _list(one.states or ())
    yield "Contractor's jurisdictions", _list(one.jurisdictions)
    yield "Prior authorization", "required" if one.requires_authorization else ""
    yield "A use it does not list is", one.unlisted
    yield "Not for", _list(one.not_for)
    yield "Only for", _list(one.only_for)
    yield "Never covered", _list(one.not_covered)
    for route, products in one.preferred.items():
        yield f"Preferred products{f' ({route})' if route else ''}", _list(products)
    for route, products in one.nonpreferred.items():
        yield f"Products not preferred{f' ({route})' if route else ''}", _list(products)
    yield "Excluded products", _list(one.excluded_products)
    if one.codes is not None:
        kind = "closed" if one.codes.is_closed else "open"
        seen = f", seen {one.codes.seen_on}" if one.codes.seen_on else ""
        yield f"Diagnosis codes ({kind} list{seen})", _list(one.codes.codes)
        yield "Named without their codes", _list(one.codes.named_without)
    yield "Approval", _pairs(one.approval)
    yield "Drug codes", _list(one.hcpcs)
    yield "Goes with", "; ".join(_link(link) for link in one.links)
    yield "Not seen", "; ".join(map(_said, one.not_seen))


def _link(link: Mapping[str, object]) -> str:
    said = " ".join(f"{name} {link[name]}" for name in ("version", "from", "until") if name in link)
    return _said(f"{str(link.get('rel')).replace('_', ' ')} {link.get('to')}{f' ({said})' if said else ''}")


def _entry(entry: Entry, cited: _Cited, questions: Mapping[str, object]) -> Iterator[str]:
    yield from _head(entry)
    for phase, tree in entry.trees.items():
        if len(entry.trees) > 1 or phase != "initial":
            yield from (f"**{phase.capitalize()}**", "")
        yield from _node(tree, 0, cited, questions)
        yield ""
    for limit in entry.dose_limits:
        yield f"- Dose: {_dose(limit)}{cited.mark(limit.cite)}"
    if entry.stops_after_months is not None:
        yield f"- Ends without measured improvement after {entry.stops_after_months} months"
    if entry.approval:
        yield f"- Approval: {_pairs(entry.approval)}"
    if entry.dose_limits or entry.stops_after_months is not None or entry.approval:
        yield ""


def _head(entry: Entry) -> Iterator[str]:
    uses = "every use" if entry.is_general else _list(entry.indications | entry.conditions)
    yield from (f"### {entry.name.replace('_', ' ')}", "", f"For {uses}.")
    if entry.route:
        yield f"Route {entry.route}."
    if entry.products:
        yield f"Products: {_list(entry.products)}."
    if entry.applies_when is not None:
        yield f"Applies when {_test(entry.applies_when)}."
    if entry.says:
        yield f"{_said(entry.says)}."
    if entry.ambiguity is not None:
        yield f"Can be read in two ways: {_said(entry.ambiguity.says)}. {_said(entry.ambiguity.other_reading or '')}"
    yield ""


def _dose(limit: DoseLimit) -> str:
    most = "" if limit.mg_per_kg is None else f"at most {plain(limit.mg_per_kg / MG_PER_GRAM)} g/kg"
    span = " a course" if limit.per_days is None else f" in {limit.per_days} days"
    often = "" if limit.min_interval_days is None else f", no sooner than every {limit.min_interval_days} days"
    phase = "" if limit.phase is None else f" ({limit.phase.replace('_', ' ')})"
    unless = "" if limit.unless is None else f", unless {_test(limit.unless)}"
    said = "" if limit.says is None else f": {_said(limit.says)}"
    return f"{most}{span}{often}{phase}{unless}{said}"


def _pairs(found: Mapping[str, str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {said.replace('_', ' ')}" for name, said in found.items())


def _node(node: Node, depth: int, cited: _Cited, questions: Mapping[str, object]) -> Iterator[str]:
    indent = "  " * depth
    cite = cited.mark(node.cite)
    if isinstance(node, Unread):
        why = "left to the payer: no criteria are printed" if node.reason == "payer_discretion" else "not read"
        yield f"{indent}- `{node.id}` {_said(node.says or '')} ({why}){cite}"
        return
    when = "" if node.when is None else f" (only when {_test(node.when)})"
    if isinstance(node, Branch):
        kind = KINDS.get(node.kind, f"At least {node.least} of these")
        name = "" if node.id is None else f"`{node.id}` "
        yield f"{indent}- {name}{kind}{when}:"
        for part in node.parts:
            yield from _node(part, depth + 1, cited, questions)
        return
    yield f"{indent}- `{node.id}` {_leaf(node, questions)}{when}{cite}"


def _leaf(leaf: Leaf, questions: Mapping[str, object]) -> str:
    said = leaf.says or str(questions.get(leaf.test.fact.name, leaf.test.fact.name))
    judged = "; the payer judges" if leaf.judge else ""
    faulty = "" if leaf.ambiguity is None else f"; can be read in two ways: {leaf.ambiguity.says}"
    proof = (leaf.evidence or leaf.test.fact.proof).replace("_", " ")
    return _said(f"{said} ({_test(leaf.test)}; proof: {proof}{judged}{faulty})")


def _test(test: Comparison) -> str:
    return f"{test.fact.name} {asked(test)}"


def _list(words: object) -> str:
    return ", ".join(sorted(map(str, words))) if isinstance(words, frozenset | tuple | list) else ""


def _said(text: str) -> str:
    return text.replace("\n", " ").replace("|", "/").replace("[", "(").replace("]", ")")
