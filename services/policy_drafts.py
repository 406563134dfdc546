"""Policies written by people: a template, a check with every mistake by its line, and what a new version changes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import orjson
import yaml

from estimator import checked_periods
from estimator.coverage import Judged
from estimator.errors import BadFact, InvalidRequest
from estimator.model.codes import Payer
from estimator.reference.book import ReferenceBook
from estimator.reference.criteria import Branch, CriteriaReader, Leaf, Node
from estimator.reference.facts import Fact, Standing
from estimator.reference.policies import PHASES, Policy, cites_of, policy
from estimator.reference.record_reading import Reader
from schemas.coverage_checks import COVERAGE_CHECK_REQUEST
from schemas.json_reading import read_object
from services.policy_template import BLANKS, TEMPLATE
from services.policy_words import wrong_words
from services.runtime import Runtime
from services.wording import problem_sentence
from storage import seed_files, seed_records, strict_yaml
from storage.seed_records import Place

KINDS = ("met", "not_met", "unknown", "boundary")
"""The kinds of examples that every policy must bring, each at least once."""
RECHECK_DAYS = 180
PAYERS = {
    "commercial": Payer.COMMERCIAL,
    "marketplace": Payer.COMMERCIAL,
    "medicare_ffs": Payer.MEDICARE,
    "medicare_advantage": Payer.MEDICARE_ADVANTAGE,
    "medicare_part_d": Payer.MEDICARE,
    "medicaid": Payer.MEDICAID,
}


SOUND: Mapping[str, object] = {
    "key": "exampleplan.ig",
    "basis": "read",
    "effective_from": date(2000, 1, 1),
    "effective_to": None,
    "recheck_after": date(2100, 1, 1),
    "published_on": None,
    "source": "SOURCE_ID",
    "locator": "which part of the document",
    "release": None,
    "note": None,
    "unit": None,
    "standing": "in_force",
}
"""What stands in for a field that cannot be read, while the rest of a record is looked at."""
SOUND_VALUES: Mapping[str, object] = {"must be a text": "x", "must be a list of texts": [], "must be true or": False}
"""The same within the policy, by what is asked of the field."""


class Mistake(NamedTuple):
    """Something to correct, and the line it stands on."""

    line: int
    reason: str


class Draft(NamedTuple):
    """A file that could be read: its policies, each with the record it came from."""

    policies: tuple[Policy, ...]
    examples: int


def template(policy_id: str, *, file: str, today: date) -> str:
    """Write a new policy for a person to fill in."""
    recheck = today + timedelta(days=RECHECK_DAYS)
    return TEMPLATE.format(policy_id=policy_id, file=file, today=today.isoformat(), recheck=recheck.isoformat())


def listed_sources(folder: Path) -> frozenset[str]:
    """List the sources of a seed folder as its files are now, loaded or not. Raises ``BadFact``."""
    return frozenset(seed_files.read_sources(folder))


def check(
    path: Path, *, runtime: Runtime, sources: Callable[[], frozenset[str]] = frozenset
) -> tuple[Draft, list[Mistake]]:
    """Read a policy file, find every mistake with its line, and run its examples against the policy it states.

    ``sources`` gives the ids of sources that are written down and not loaded yet.
    """
    lines = _Lines(path)
    try:
        document = strict_yaml.load(path, file=path.name)
    except BadFact as problem:
        return Draft((), 0), [Mistake(_line_in(problem), problem.reason)]
    if (
        not isinstance(document, dict)
        or document.get("kind") != "policy"
        or not isinstance(document.get("records"), list)
    ):
        return Draft((), 0), [Mistake(1, "must be a map with kind: policy and a list of records")]
    defaults = document.get("defaults") or {}
    found: list[Policy] = []
    mistakes: list[Mistake] = []
    examples = 0
    for number, entry in enumerate(document["records"]):
        record = {**defaults, **entry} if isinstance(entry, dict) and isinstance(defaults, dict) else {}
        place = ("records", number)
        wrong = words_mistakes(record, lines, place, runtime.book)
        fact, read, problems = _fact(record, lines, place, runtime.book, sources)
        mistakes += wrong + problems
        if fact is None or read is None:
            continue
        if not wrong and not problems:
            found.append(read)
        if fact.standing is not Standing.IN_FORCE:
            continue  # kept for the record alone: no answer rests on it, so it brings no examples
        ran, problems = _examples(fact, read, lines, place, runtime)
        examples += ran
        mistakes += problems
    return Draft(tuple(found), examples), sorted(set(mistakes))


def is_judged(one: Policy) -> bool:
    """Say whether a policy tests any fact; of one that was not read so far there is nothing to give an example of."""
    return any(_tests(tree) for entry in one.entries for tree in entry.trees.values())


def _tests(node: Node) -> bool:
    return any(map(_tests, node.parts)) if isinstance(node, Branch) else isinstance(node, Leaf)


def _numbers(node: Node) -> Iterator[str]:
    """List the criteria of a tree that test a number, which alone has an edge."""
    if isinstance(node, Branch):
        for part in node.parts:
            yield from _numbers(part)
    elif isinstance(node, Leaf) and node.test.fact.type == "number":
        yield node.id


class _Lines:
    """The lines of a YAML file: of any place in it, and of the criterion with an id."""

    def __init__(self, path: Path) -> None:
        try:
            self.root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except (yaml.YAMLError, UnicodeDecodeError):
            self.root = None

    def of(self, place: tuple[object, ...]) -> int:
        """Give the line of a place; where it is not there, of the nearest one above it."""
        node, line = self.root, 1
        for step in place:
            following = None
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == step:
                        line, following = key.start_mark.line + 1, value
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                following = node.value[step]
                line = following.start_mark.line + 1
            if following is None:
                return line
            node = following
        return line


def _line_in(problem: BadFact) -> int:
    digits = "".join(sign if sign.isdigit() else " " for sign in problem.row).split()
    return int(digits[0]) if digits else 1


def _lists(book: ReferenceBook) -> Mapping[str, frozenset[str]]:
    return {name: codes for name, (_, codes) in book.lists.items()}


def words_mistakes(
    record: Mapping[str, object], lines: _Lines, place: tuple[object, ...], book: ReferenceBook
) -> list[Mistake]:
    """Find words that are in no list, ids that are not on file, and what is left of the template."""
    return [Mistake(lines.of((*place, *each.where)), each.reason) for each in wrong_words(record, book)]


def _fact(
    record: Mapping[str, object],
    lines: _Lines,
    place: tuple[object, ...],
    book: ReferenceBook,
    sources: Callable[[], frozenset[str]],
) -> tuple[Fact | None, Policy | None, list[Mistake]]:
    """Read a record, and each of its criteria by itself, so that every mistake is found at once.

    A field that cannot be read is noted and taken as if it were sound, to see what else is wrong.
    """
    mistakes: list[Mistake] = []
    fact: Fact | None = None
    mended = dict(record)
    while fact is None:
        try:
            fact = seed_records.read_fact(mended, kind="policy", place=Place("", ""))
        except BadFact as problem:
            name = _field(problem, mended)
            mistakes.append(Mistake(lines.of((*place, name)), problem.reason))
            if not _mend(mended, name, problem):
                return None, None, mistakes
    named = fact.source_id
    if named not in book.sources and named not in BLANKS and named not in sources():
        reason = f"the source {named!r} is neither on file nor in seed_data/sources.yaml; add it there"
        mistakes.append(Mistake(lines.of((*place, "source")), reason))
    broken = list(_criteria_mistakes(fact, lines, (*place, "value"), book))
    read, problems = _read(fact, lines, place, book)
    # a broken criterion is told where it stands, and not once more for the whole
    return fact, None if broken else read, [*mistakes, *broken, *([] if broken and read is None else problems)]


def _read(
    fact: Fact, lines: _Lines, place: tuple[object, ...], book: ReferenceBook
) -> tuple[Policy | None, list[Mistake]]:
    """Read the policy, noting every plain field that cannot be read."""
    mistakes: list[Mistake] = []
    while True:
        try:
            return policy(fact, book.clinical, _lists(book)), mistakes
        except BadFact as problem:
            name, _, rest = problem.reason.partition(" ")
            mistakes.append(Mistake(lines.of((*place, "value", name)), problem.reason))
            sound = next((value for said, value in SOUND_VALUES.items() if rest.startswith(said)), None)
            if sound is None or not isinstance(fact.value, Mapping) or fact.value.get(name) == sound:
                return None, mistakes
            fact = replace(fact, value={**fact.value, name: sound})


def _field(problem: BadFact, record: Mapping[str, object]) -> str:
    """Name the field that a complaint is about."""
    words = problem.reason.replace(",", " ").split()
    return next((word for word in words if word in record or word in SOUND), "effective_to")


def _mend(record: dict[str, object], name: str, problem: BadFact) -> bool:
    """Put something sound in place of what cannot be read, to look at the rest; ``False`` where nothing can be."""
    if problem.reason.startswith("has unknown fields: "):
        for unknown in problem.reason.partition(": ")[2].split(", "):
            record.pop(unknown, None)
        return True
    if problem.reason.startswith("ends "):
        record["effective_to"] = None
        return True
    if name not in SOUND or record.get(name) == SOUND[name]:
        return False
    record[name] = SOUND[name]
    return True


def _criteria_mistakes(fact: Fact, lines: _Lines, place: tuple[object, ...], book: ReferenceBook) -> Iterator[Mistake]:
    entries = fact.value.get("criteria") if isinstance(fact.value, Mapping) else None
    if not isinstance(entries, Mapping):
        return
    reader = CriteriaReader(fact, book.clinical, cites=cites_of(Reader(fact)), refer=lambda _: {"all": []})
    for name, entry in entries.items():
        for phase in PHASES:
            if isinstance(entry, Mapping) and phase in entry:
                where = (*place, "criteria", name, phase)
                yield from _node_mistakes(entry[phase], reader, lines, where)


def _node_mistakes(raw: object, reader: CriteriaReader, lines: _Lines, where: tuple[object, ...]) -> Iterator[Mistake]:
    parts = list(_parts(raw))
    for step, part in parts:
        yield from _node_mistakes(part, reader, lines, (*where, *step))
    if parts:
        return
    try:
        reader.node(raw)
    except BadFact as problem:
        yield Mistake(lines.of(where), problem.reason)


def _parts(raw: object) -> Iterator[tuple[tuple[object, ...], object]]:
    if not isinstance(raw, Mapping):
        return
    for kind in ("all", "any"):
        found = raw.get(kind)
        if isinstance(found, list | tuple):
            yield from (((kind, number), part) for number, part in enumerate(found))
    counted = raw.get("at_least")
    if isinstance(counted, Mapping) and isinstance(counted.get("of"), list):
        yield from ((("at_least", "of", number), part) for number, part in enumerate(counted["of"]))


def _examples(
    fact: Fact, read: Policy, lines: _Lines, place: tuple[object, ...], runtime: Runtime
) -> tuple[int, list[Mistake]]:
    found = fact.value.get("examples") if isinstance(fact.value, Mapping) else None
    examples = [item for item in found if isinstance(item, Mapping)] if isinstance(found, list | tuple) else []
    where = (*place, "value", "examples")
    brought = {item.get("kind") for item in examples}
    lacking = [kind for kind in KINDS if kind not in brought] if is_judged(read) else []
    mistakes = [Mistake(lines.of(where), f"an example of the kind {kind} is missing") for kind in lacking]
    numbers = sorted({name for entry in read.entries for tree in entry.trees.values() for name in _numbers(tree)})
    at_edges = {item.get("criterion") for item in examples if item.get("kind") == "boundary"}
    if numbers and "boundary" in brought and not at_edges & set(numbers):
        reason = f"a boundary example must lie at the edge of a number, so of one of these: {', '.join(numbers)}"
        mistakes.append(Mistake(lines.of(where), reason))
    book = _with(fact, read, runtime.book)
    for number, item in enumerate(examples):
        wrong = _run(item, read, book, runtime)
        if wrong is not None:
            mistakes.append(Mistake(lines.of((*where, number)), wrong))
    return len(examples), mistakes


def _with(fact: Fact, read: Policy, book: ReferenceBook) -> ReferenceBook:
    """Give the book with this version of the policy in place of all its versions on file."""
    facts = {name: other for name, other in book.facts.items() if (other.kind, other.key) != (fact.kind, fact.key)}
    policies = {**book.policies, read.id: (read,)}
    return replace(book, version="draft", facts=facts | {fact.id: fact}, policies=policies, memory={})


def _run(item: Mapping[str, object], read: Policy, book: ReferenceBook, runtime: Runtime) -> str | None:
    """Run one example; give what is wrong, or ``None``."""
    asks = item.get("asks")
    body = _body(asks if isinstance(asks, Mapping) else {}, read)
    try:
        request = COVERAGE_CHECK_REQUEST.read_request(read_object(body), today=runtime.today())
        found = checked_periods.of_order(request, book=book).first
    except InvalidRequest as refused:
        said = [problem_sentence(runtime.texts["en"], problem) for problem in refused.problems]
        return f"the example cannot be asked: {' '.join(said)}"
    judged = next((one for one in found.policies.judged if one.policy.id == read.id), None)
    if judged is None:
        return "the policy does not hold on the day of the example"
    result = _result(judged, item.get("criterion"))
    if result == item.get("result"):
        return None
    return f"the example says {item.get('result')}, and the policy comes to {result}"


def _body(asks: Mapping[str, object], read: Policy) -> bytes:
    therapy = asks.get("therapy")
    dated = {"start_on": read.period.first_day.isoformat()}
    payer = next((PAYERS[line] for line in read.lines if line in PAYERS), Payer.UNKNOWN)
    whole = {
        "coverage": {"payer": payer.value, "policies": [read.id]},
        **asks,
        "therapy": dated | (dict(therapy) if isinstance(therapy, Mapping) else {}),
    }
    return orjson.dumps(whole)


def _result(judged: Judged, criterion: object) -> str:
    if criterion is None:
        return judged.verdict.word
    return next((item.verdict.word for item in judged.findings if item.id == criterion), "no such criterion")
