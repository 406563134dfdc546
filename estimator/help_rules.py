"""Who may take which help, on what terms, and what the plan counts of it: before a single line is shared."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from estimator.model.assistance import Assistance, CopayProgram, Counting, Help
from estimator.model.codes import Category, Payer
from estimator.model.levels import Assumption
from estimator.model.money import ZERO, Cents, from_exact
from estimator.model.plan import NO_LIMIT, Balances, PlanDesign
from estimator.reference.book import ReferenceBook
from estimator.reference.facts import Fact
from estimator.reference.record_reading import exact

INSURED = "fully_insured"
COUNTING_UNKNOWN = frozenset(
    {"accumulator_unknown", "accumulator_law_without_funding", "accumulator_law_without_issue_state"}
)
"""Assumptions that leave open how a plan counts a programme's payment: it is worked out each way."""


class Question(NamedTuple):
    """What the rules about help go by.

    ``products`` are those the help is for, ``is_on_label`` says whether their label carries the use; ``prefix`` comes
    before the names of balances.
    """

    assistance: Assistance
    payer: Payer
    plan: PlanDesign | None
    balances: Balances | None
    on: date
    products: tuple[str, ...] = ()
    is_on_label: bool | None = None
    prefix: str = ""


class SettledHelp(NamedTuple):
    """Help on known terms, once for each way the plan may count it, the kindest to the patient first.

    None at all: nobody helps, or what the programme pays is not known: ``unknown`` then names the reason.
    """

    ways: tuple[Help, ...] = ()
    unknown: str | None = None
    covers: tuple[Category, ...] = ()
    assumptions: tuple[Assumption, ...] = ()


def settle(question: Question, book: ReferenceBook) -> SettledHelp:
    """Settle the help that was named. What may not be taken counts for nothing and is said."""
    asked = question.assistance
    said: list[Assumption] = []
    program, unknown = _program(question, book, said)
    covers = () if asked.program is None else asked.program.covers
    if unknown is not None:
        said.append(Assumption(unknown, pointer="assistance.copay_program"))
        return SettledHelp((), unknown, covers, tuple(said))
    if program is None and asked.grant is None:
        return SettledHelp((), None, covers, tuple(said))
    countings = (Counting.NONE,) if program is None else _countings(question, book, said)
    if Counting.MAXIMIZER in countings and program is not None and program.annual_maximum == NO_LIMIT:
        code = "assistance_maximum_not_given"
        return SettledHelp((), code, covers, (Assumption(code, pointer="assistance.copay_program"),))
    used, used_on = _used(question, said)
    ways = tuple(Help(program, asked.grant, counting, used, used_on) for counting in countings)
    return SettledHelp(ways, None, covers, tuple(said))


def _program(question: Question, book: ReferenceBook, said: list[Assumption]) -> tuple[CopayProgram | None, str | None]:
    """Give the programme that pays, or why none does: nobody may take it, or its terms are not known."""
    program = question.assistance.program
    payer = (("payer", question.payer.value),)
    if program is None:
        return None, None
    refused_by = _refused_by(question, book)
    if refused_by is not None:
        said.append(Assumption("assistance_refused_federal", payer, fact_ids=(refused_by,)))
        return None, None
    if question.payer is not Payer.COMMERCIAL:
        said.append(Assumption("assistance_needs_commercial", payer))
        return None, None
    if program.is_auto:
        return _on_file(question, program, book, said)
    if program.on_label_only and question.is_on_label is False:
        said.append(Assumption("assistance_on_label_only"))
        return None, None
    return program, "assistance_maximum_not_given" if program.annual_maximum is None else None


def _refused_by(question: Question, book: ReferenceBook) -> str | None:
    """Name the rule by which patients of this payer may not take a manufacturer's help; ``None`` where they may."""
    key = ("benefit_rule", "assistance:federal_programs")
    rule = book.word(*key, question.on) or next(iter(book.words.get(key, ())), None)
    if rule is None or not isinstance(rule.value, Mapping):
        return None
    payers = rule.value.get("payers")
    is_named = isinstance(payers, Sequence) and question.payer.value in payers
    return rule.id if is_named and rule.value.get("manufacturer_allowed") is False else None


def _on_file(
    question: Question, program: CopayProgram, book: ReferenceBook, said: list[Assumption]
) -> tuple[CopayProgram | None, str | None]:
    """Give the programme of the product's manufacturer on the terms on file."""
    found = [_program_of(product, question.on, book) for product in question.products]
    known = [fact for fact in found if fact is not None]
    if not known or len(known) < len(found):
        return program, "assistance_program_not_on_file"
    value = known[0].value
    assert isinstance(value, Mapping)
    if value.get("on_label_required") is True and question.is_on_label is False:
        said.append(Assumption("assistance_on_label_only", fact_ids=(known[0].id,)))
        return None, None
    if value.get("annual_max") is None or len(set(known)) > 1:
        return program, "assistance_maximum_not_on_file"
    return program._replace(annual_maximum=from_exact(exact(value["annual_max"], fact=known[0]))), None


def _program_of(product: str, on: date, book: ReferenceBook) -> Fact | None:
    for (kind, _), records in book.words.items():
        if kind != "assistance_program":
            continue
        for fact in records:
            value = fact.value
            if not fact.period.holds(on) or not isinstance(value, Mapping):
                continue
            products = value.get("products")
            is_help = value.get("type") == "manufacturer_copay"
            if is_help and isinstance(products, Sequence) and product in products:
                return fact
    return None


def _countings(question: Question, book: ReferenceBook, said: list[Assumption]) -> tuple[Counting, ...]:
    """Say how the plan may count a programme's payment: as its state's law has it, as it was said, or either way."""
    stated = question.assistance.counting
    pointer = "assistance.accumulator_program"
    plan = question.plan
    if plan is not None and plan.hdhp:
        said.append(Assumption("copay_help_in_hdhp", pointer=pointer))
    if stated not in (Counting.UNKNOWN, Counting.ACCUMULATOR):
        return (stated,)
    law = _law(question, book)
    state = (("state", (None if plan is None else plan.issue_state) or ""),)
    if law.fact is not None and law.missing is None:
        said.append(Assumption("accumulator_banned", state, pointer, (law.fact.id,)))
        return (Counting.NONE,)
    if stated is Counting.UNKNOWN:
        said.append(Assumption("accumulator_unknown", pointer=pointer))
    if law.missing is not None:
        facts = () if law.fact is None else (law.fact.id,)
        code = f"accumulator_law_without_{law.missing}"
        said.append(Assumption(code, state, f"{question.prefix}plan.{law.missing}", facts))
    elif stated is Counting.ACCUMULATOR:
        return (stated,)
    return (Counting.NONE, Counting.ACCUMULATOR)


class _Law(NamedTuple):
    """The state's law that makes an insured plan count copay help, and the field that says whether it binds."""

    fact: Fact | None = None
    missing: str | None = None


def _law(question: Question, book: ReferenceBook) -> _Law:
    """Find the law of the state where the plan was issued; it binds no self-funded plan.

    Several of these laws leave out high-deductible plans with savings accounts, so none is taken to bind them.
    """
    plan = question.plan
    if plan is None or plan.hdhp or plan.funding not in (None, INSURED):
        return _Law()
    if plan.issue_state is None:
        return _Law(missing=None if plan.funding is None else "issue_state")
    found = book.latest_word("state_rule", f"accumulator:{plan.issue_state}", question.on)
    if found is None or not isinstance(found[0].value, Mapping) or found[0].value.get("counts") is not True:
        return _Law()
    return _Law(found[0], "funding" if plan.funding is None else None)


def _used(question: Question, said: list[Assumption]) -> tuple[Cents, date | None]:
    """Give what the programme has paid in the calendar year of the balances."""
    balances = question.balances
    if balances is None or balances.assistance_used is None:
        is_of_year = balances is not None and (balances.as_of or question.on).year == question.on.year
        if is_of_year and question.assistance.program is not None:
            said.append(
                Assumption("assistance_used_assumed_zero", pointer=f"{question.prefix}balances.assistance_used")
            )
        return ZERO, None
    return balances.assistance_used, balances.as_of or question.on
