"""What a coverage check still needs, as a checklist that a nurse can work off: data, and a page of it in Markdown."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from estimator import checked_periods
from estimator.checked_periods import Checked, CheckedPeriod
from estimator.coverage import Finding, Need
from estimator.coverage.evaluation import AMBIGUOUS_TEXT, NOT_READ, PAYER_DISCRETION
from estimator.model.order import EstimateRequest
from estimator.reference.book import ReferenceBook
from services import coverage_documents, knowledge, policy_answers
from services.runtime import Runtime
from services.versions import stamped
from services.wording import Wording

Document = dict[str, object]
SECTION = "questionnaires"
LEFT_OPEN = {PAYER_DISCRETION: "judged_by_payer", AMBIGUOUS_TEXT: "judged_by_payer", NOT_READ: "not_read"}
"""Why a criterion stays open whatever is sent, and under which heading it stands."""
BLANK = "____________"


def questionnaire(request: EstimateRequest, *, runtime: Runtime, language: str) -> Document:
    """Check an order and write what is still needed. Raises ``InvalidRequest``."""
    book = knowledge.book_on(request.as_of, runtime=runtime)
    wording = Wording(runtime, language)
    checked = checked_periods.of_order(request, book=book)
    items = [_item(place, need, part, book, wording) for place, (need, part) in enumerate(_needs(checked), start=1)]
    open_points = [_open(item, part, book, wording) for part in checked.periods for item in _left_open(part)]
    points = [point for place, point in enumerate(open_points) if point not in open_points[:place]]
    notices = coverage_documents.notices(checked.first, book, wording)
    page = [*_head(request, checked, wording), *_papers(items, wording), *_points(points, wording)]
    page += [f"> {notice}" for notice in notices]
    document: Document = {
        "outlook": checked.first.outlook,
        "items": items,
        "open_points": points,
        "notices": notices,
        "markdown": "\n".join([*page, ""]),
    }
    return stamped(document, runtime)


def _needs(checked: Checked) -> Iterator[tuple[Need, CheckedPeriod]]:
    """Give each fact once, those that stand in the same paper together."""
    found: dict[str, tuple[Need, CheckedPeriod]] = {}
    for part in checked.periods:
        for need in part.check.policies.needs:
            found.setdefault(need.fact.criterion, (need, part))
    yield from sorted(found.values(), key=lambda item: _proof(item[0]))


def _proof(need: Need) -> str:
    return need.evidence or need.fact.proof


def _item(place: int, need: Need, part: CheckedPeriod, book: ReferenceBook, wording: Wording) -> Document:
    asked_by = []
    for one in part.check.policies.applicable:
        for item in one.findings:
            if item.test is not None and item.test.fact is need.fact and (one.policy.id, item.id) in need.asked_by:
                known = policy_answers.criterion(item, book, wording)
                named = {"policy": one.policy.id, "title": one.policy.title, "criterion": item.id}
                asked_by.append({**named, "says": item.says, "needs": known["needs"], "citation": known["citation"]})
    return {
        "number": place,
        "fact": need.fact.name,
        "ask": wording.sentence("clinical_facts", need.fact.name),
        "proof": _proof(need),
        "proof_name": wording.sentence(SECTION, f"proof_{_proof(need)}"),
        "type": need.fact.type,
        "unit": policy_answers.shown_unit(need.fact),
        "choices": list(need.fact.choices),
        "answer": None,
        "asked_by": asked_by,
    }


def _left_open(part: CheckedPeriod) -> Iterator[tuple[Finding, str]]:
    for one in part.check.policies.applicable:
        for item in one.findings:
            if item.reason in LEFT_OPEN and (item.test is not None or item.says is not None):
                yield item, one.policy.title


def _open(found: tuple[Finding, str], part: CheckedPeriod, book: ReferenceBook, wording: Wording) -> Document:
    item, title = found
    known = policy_answers.criterion(item, book, wording)
    says = item.says or known["ask"] or item.id
    other = policy_answers.other_reading(item, wording)
    return {"kind": LEFT_OPEN[str(item.reason)], "title": title, "says": says, "other_reading": other,
            "citation": known["citation"], "first_day": part.period.first_day.isoformat()}  # fmt: skip


def _papers(items: list[Document], wording: Wording) -> Iterator[str]:
    """Write what to find, by the paper it stands in."""
    yield from (_word("how" if items else "nothing", wording), "")
    for name, group in groupby(items, key=lambda item: item["proof_name"]):
        yield from (f"## {name}", "")
        for item in group:
            yield from _box(item, wording)
        yield ""


def _points(points: list[Document], wording: Wording) -> Iterator[str]:
    """Write what no paper settles."""
    for kind in dict.fromkeys(LEFT_OPEN.values()):
        of_kind = [point for point in points if point["kind"] == kind]
        if of_kind:
            yield from (f"## {_word(kind, wording)}", "")
            yield from (f"- {point['says']} ({point['title']})" for point in of_kind)
            yield ""


def _head(request: EstimateRequest, checked: Checked, wording: Wording) -> Iterator[str]:
    """Write the title and the order."""
    yield from (f"# {_word('title', wording)}", "")
    therapy = request.therapy
    said = {
        "diagnosis": therapy.diagnosis,
        "use": None if checked.first.indication is None else wording.name(checked.first.indication),
        "product": therapy.product or therapy.hcpcs,
        "first_day": checked.periods[0].period.first_day.isoformat(),
        "policies": "; ".join(one.policy.title for one in checked.first.policies.applicable) or None,
    }
    for name, value in said.items():
        if value is not None:
            yield f"- {_word(name, wording)}: {value}"
    yield ""


def _box(item: Mapping[str, object], wording: Wording) -> Iterator[str]:
    unit = f" {item['unit']}" if item["unit"] else ""
    choices = item["choices"]
    answer = BLANK + unit
    if item["type"] == "flag":
        answer = f"☐ {_word('yes', wording)}   ☐ {_word('no', wording)}"
    elif isinstance(choices, list) and choices:
        answer = "   ".join(f"☐ {str(choice).replace('_', ' ')}" for choice in choices)
    yield f"{item['number']}. ☐ {item['ask']}"
    yield f"   {answer}"
    asked_by = item["asked_by"]
    for asking in asked_by if isinstance(asked_by, list) else ():
        says = f"{asking['says']}: " if asking["says"] else ""
        wanted = {"true": _word("yes", wording), "false": _word("no", wording)}.get(asking["needs"], asking["needs"])
        yield f"   - {asking['title']}: {says}{wanted} [{asking['citation']}]"


def _word(name: str, wording: Wording) -> str:
    return wording.sentence(SECTION, name)
