"""An estimate as the document that callers get (contract, section 6).

Most days of a year are alike but for their date, so what is written for a day is written once and shared.
"""

from estimator.benefits import AdjudicatedVisit
from estimator.model.claims import ClaimLine, Share
from estimator.model.money import Cents
from estimator.model.periods import month_of, months_touched
from estimator.pipeline import Estimate, infusions_of
from estimator.reference.book import ReferenceBook
from estimator.runs import Run
from services import assumptions, coverage_documents, denials, line_documents, ranges, summaries, used_facts
from services.wording import Wording

Document = dict[str, object]
NOTICES = ("not_a_bill", "not_a_good_faith_estimate", "not_medical_advice")


def compose(estimate: Estimate, *, book: ReferenceBook, wording: Wording, full: bool) -> Document:
    """Write the document. ``full`` adds infusions and facts."""
    scenarios = denials.scenarios(estimate, book=book, wording=wording)
    fact_ids = _fact_ids(estimate, scenarios.fact_ids)
    document: Document = {
        "id": None,
        "created_at": None,
        "summary": summaries.summary(estimate, book=book, wording=wording),
        "years": _years(estimate),
        "months": _months(estimate),
        "order": line_documents.order(
            estimate.plan.regimen, estimate.request.patient, estimate.shown.course.candidate.product
        ),
        "shown": {
            "indication": estimate.resolved.indication,
            "product": estimate.shown.course.candidate.product.id,
            "site_of_care": estimate.shown.course.site.value,
            "run": "expected" if estimate.expected is not None else "high",
        },
    }
    if full:
        document["infusions"] = _infusions(estimate)
        document["dispenses"] = []
    document["scenarios"] = scenarios.documents
    document["coverage_check"] = (
        coverage_documents.section(estimate.coverage, book, wording) if estimate.request.coverage_check else None
    )
    document["assumptions"] = _assumptions(estimate, fact_ids, book, wording)
    if full:
        document["facts"] = used_facts.documents(fact_ids, book)
    document["notices"] = [wording.sentence("notices", code) for code in NOTICES]
    return document


def visits(run: Run | None) -> tuple[AdjudicatedVisit, ...]:
    """Give a run's visits in date order; none where nothing was adjudicated."""
    return () if run is None or run.adjudication is None else run.adjudication.visits


def _fact_ids(estimate: Estimate, more: tuple[str, ...]) -> list[str]:
    found: dict[str, None] = {}
    for lines in {id(visit.lines): visit.lines for visit in estimate.shown.priced}.values():
        for line in lines:
            found.update(dict.fromkeys(line.fact_ids))
    found.update(dict.fromkeys(estimate.plan.regimen.fact_ids))
    for assumption in estimate.assumptions:
        found.update(dict.fromkeys(assumption.fact_ids))
    if estimate.shown.course.terms is not None:
        found.update(dict.fromkeys(estimate.shown.course.terms.fact_ids))
    if estimate.request.coverage_check:
        found.update(dict.fromkeys(estimate.coverage.fact_ids))
    found.update(dict.fromkeys(more))
    return list(found)


def _years(estimate: Estimate) -> list[Document]:
    runs = (estimate.low, estimate.expected, estimate.high)
    by_run = [
        {}
        if run is None or run.adjudication is None
        else {year.period: year for year in run.adjudication.years if not year.is_past}
        for run in runs
    ]
    expected = by_run[1]
    found: list[Document] = []
    for period in sorted({period for years in by_run for period in years}):
        costs = [years[period].patient_cost if period in years else None for years in by_run]
        year = expected.get(period)
        last_day = period.last_day
        reached = {years[period].limit_reached_on for years in by_run if period in years}
        same = reached.pop() if len(reached) == 1 else None
        on = year.limit_reached_on if year is not None else same
        found.append(
            {
                "plan_year": f"{period.first_day.isoformat()}/{'' if last_day is None else last_day.isoformat()}",
                "patient_cost": ranges.of(*costs),
                "limit_reached_on": None if on is None else on.isoformat(),
                "balances_after": None
                if year is None
                else line_documents.balances(
                    year.balances_after,
                    has_maximum=year.terms.is_capped,
                    family=line_documents.has_family(year.terms.family_deductible, year.terms.family_out_of_pocket_max),
                ),
            }
        )
    return found


def _months(estimate: Estimate) -> list[Document]:
    window = estimate.resolved.window
    assert window.last_day is not None
    sums = [_by_month(run) for run in (estimate.low, estimate.expected, estimate.high)]
    return [
        {
            "month": month,
            "patient_cost": ranges.of(*(None if costs is None else costs.get(month, Cents(0)) for costs in sums)),
        }
        for month in months_touched(window.first_day, window.last_day)
    ]


def _by_month(run: Run | None) -> dict[str, Cents | None] | None:
    """Add a run's visits up by calendar month; a month with an unknown visit is unknown."""
    if run is None or run.adjudication is None:
        return None
    sums: dict[str, Cents | None] = {}
    for visit in run.adjudication.visits:
        if visit.is_history:
            continue
        month = month_of(visit.claim.service_on)
        so_far = sums.get(month, Cents(0))
        known = so_far is not None and visit.patient_cost is not None
        sums[month] = Cents((so_far or 0) + (visit.patient_cost or 0)) if known else None
    return sums


def _infusions(estimate: Estimate) -> list[Document]:
    shown = estimate.shown
    runs = (estimate.low, estimate.expected, estimate.high)
    by_run = [visits(run) for run in runs]
    course_visits = shown.course.visits[shown.levels.dose]
    assert course_visits is not None
    written: dict[tuple[object, ...], Document] = {}
    bare_lines: dict[tuple[int, ...], list[Document]] = {}
    fills: dict[int, Document] = {}
    found = []
    for index, (infusion, visit, priced) in enumerate(
        zip(infusions_of(estimate), course_visits, shown.priced, strict=True)
    ):
        same_day = [adjudicated[index] if index < len(adjudicated) else None for adjudicated in by_run]
        key = (
            id(visit.fill),
            id(priced.lines),
            *[id(days[index].lines) for days in estimate.shown_prices],
            *[0 if item is None else id(item.shares) for item in same_day],
            None if same_day[1] is None else same_day[1].balances_after,
            None if same_day[1] is None else same_day[1].year,
        )
        shared = written.get(key)
        if shared is None:
            prices = [run.priced[index].allowed if run is not None else None for run in runs]
            if id(visit.fill) not in fills:
                fills[id(visit.fill)] = {
                    "vials": line_documents.vials(visit.fill),
                    "discarded_mg": visit.fill.discarded_mg,
                    "infusion": line_documents.infusion(visit.time),
                }
            shared = written[key] = fills[id(visit.fill)] | {
                "lines": _lines(priced.lines, same_day, _bare(estimate, index, bare_lines)),
                "allowed_amount": ranges.total(*prices),
                "patient_cost": ranges.of(*(None if item is None else item.patient_cost for item in same_day)),
                "balances_after": _balances_after(same_day[1], estimate),
                "history": same_day[2].is_history if same_day[2] is not None else False,
            }
        found.append(
            {
                "number": infusion.number,
                "phase": infusion.phase.value,
                "service_on": infusion.service_on.isoformat(),
                "dose_mg": infusion.dose_mg,
            }
            | shared
        )
    return found


def _bare(estimate: Estimate, index: int, written: dict[tuple[int, ...], list[Document]]) -> list[Document]:
    """Write a day's lines without shares; a price known only as a range has no single figure."""
    lines = estimate.shown.priced[index].lines
    lowest, highest = (days[index].lines for days in estimate.shown_prices)
    key = (id(lines), id(lowest), id(highest))
    found = written.get(key)
    if found is None:
        expected = lines if estimate.expected is not None else None
        found = written[key] = [
            _priced_line(line, place, lowest, None if expected is None else line, highest)
            for line, place in zip(lines, _places(lines), strict=True)
        ]
    return found


def _priced_line(
    line: ClaimLine,
    place: tuple[str, int],
    lowest: tuple[ClaimLine, ...],
    expected: ClaimLine | None,
    highest: tuple[ClaimLine, ...],
) -> Document:
    document = line_documents.line(line)
    low, high = (_at(place, lines) for lines in (lowest, highest))
    price = ranges.total(
        None if low is None else low.allowed,
        None if expected is None else expected.allowed,
        None if high is None else high.allowed,
    )
    document["allowed_range"] = price
    if expected is None and price["expected"] is None:
        document["allowed_amount"] = document["unit_price"] = None
    return document


def _at(place: tuple[str, int], lines: tuple[ClaimLine, ...]) -> ClaimLine | None:
    category, number = place
    for line in lines:
        if line.category == category:
            if not number:
                return line
            number -= 1
    return None


def _places(lines: tuple[ClaimLine, ...]) -> list[tuple[str, int]]:
    """Name each line by its category and its place in it, so that lines of two runs can be matched."""
    counts: dict[str, int] = {}
    found = []
    for line in lines:
        counts[line.category] = counts.get(line.category, -1) + 1
        found.append((str(line.category), counts[line.category]))
    return found


def _lines(
    lines: tuple[ClaimLine, ...], same_day: list[AdjudicatedVisit | None], bare: list[Document]
) -> list[Document]:
    expected = same_day[1]
    shares = expected.shares if expected is not None else None
    costs = [_line_costs(day, lines) for day in same_day]
    found = []
    for index, document in enumerate(bare):
        line = lines[index]
        borne = (
            line_documents.UNKNOWN_SHARE
            if shares is None
            else line_documents.share(shares[index], billed=line.billed, allowed=line.allowed)
        )
        cost = ranges.of(costs[0][index], costs[1][index], costs[2][index])
        found.append({**document, **borne, "patient_cost": cost})
    return found


def _line_costs(day: AdjudicatedVisit | None, lines: tuple[ClaimLine, ...]) -> list[Cents | None]:
    """Give what the patient pays of each line's match in a run: the same category, the same place in it.

    A run whose day has no such line (a shorter infusion, no waste) costs nothing for it; a line that only that run has
    is added to the last of its category, so that lines always add up to their infusion.
    """
    if day is None or day.shares is None:
        return [None] * len(lines)
    others = day.claim.lines
    if [line.category for line in others] == [line.category for line in lines]:
        return [share.patient_cost for share in day.shares]
    by_category: dict[str, list[Share]] = {}
    for share, other in zip(day.shares, others, strict=True):
        by_category.setdefault(other.category, []).append(share)
    found = [same.pop(0).patient_cost if (same := by_category.get(line.category)) else Cents(0) for line in lines]
    for category, left_over in by_category.items():
        places = [index for index, line in enumerate(lines) if line.category == category]
        place = places[-1] if places else len(lines) - 1
        found[place] = Cents(found[place] + sum(share.patient_cost for share in left_over))
    return list(found)


def _balances_after(day: AdjudicatedVisit | None, estimate: Estimate) -> Document | None:
    if day is None or estimate.expected is None or estimate.expected.adjudication is None:
        return None
    terms = next(year.terms for year in estimate.expected.adjudication.years if year.period == day.year)
    return line_documents.balances(
        day.balances_after,
        has_maximum=terms.is_capped,
        family=line_documents.has_family(terms.family_deductible, terms.family_out_of_pocket_max),
    )


def _assumptions(estimate: Estimate, fact_ids: list[str], book: ReferenceBook, wording: Wording) -> list[Document]:
    effects = dict(estimate.effects)
    found = assumptions.documents(estimate.assumptions, wording, effects=effects)
    unverified = used_facts.any_unverified(fact_ids, book)
    if unverified:
        found.append(
            {
                "code": "unverified_facts",
                "message": wording.sentence("assumptions", "unverified_facts", (("count", str(len(unverified))),)),
                "effect": None,
                "field": None,
                "fact_ids": list(unverified),
            }
        )
    return found
