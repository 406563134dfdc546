"""Criteria trees: the nodes a policy's criteria are made of, read strictly from its record.

Node types: ``all``, ``any``, ``not``, ``at_least`` (``{n, of}``), a leaf that tests one fact, a part that exists and
was not read, and ``ref`` (another criteria entry of the same policy). ``when`` is a guard: where it is false the node
falls away.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from estimator.errors import BadFact
from estimator.reference.clinical import ClinicalFact, ClinicalValue, Dictionary
from estimator.reference.facts import Fact
from estimator.reference.record_reading import exact

ORDERED = ("<", "<=", ">", ">=", "between")
EQUAL = ("==", "!=", "in", "not_in", "in_list")
OPS = (*ORDERED, *EQUAL)
BRANCHES = ("all", "any", "not", "at_least")
KEYS = frozenset(
    {*BRANCHES, "id", "phase", "cite", "fact", "op", "value", "says", "unit", "evidence", "unseen", "when", "judge"}
    | {"ref", "note", "line", "ambiguous"}
)


class Citation(NamedTuple):
    """Where a criterion stands."""

    source_id: str
    locator: str
    source_kind: str | None


class Comparison(NamedTuple):
    """One comparison of a fact, whose ``value`` is in the fact's own unit."""

    fact: ClinicalFact
    op: str
    value: ClinicalValue | tuple[Decimal, Decimal]


class Ambiguity(NamedTuple):
    """A fault of drafting. Between ``low`` and ``high``, both included, the readings differ; ``None``: everywhere.

    ``other`` is the tree of the other reading where it is written out: what both come to is settled.
    """

    says: str
    other_reading: str | None
    low: Decimal | None
    high: Decimal | None
    other: "Node | None" = None


class Leaf(NamedTuple):
    """A test of one fact. ``judge`` leaves it to the payer."""

    id: str
    test: Comparison
    says: str | None
    evidence: str | None
    judge: bool
    ambiguity: Ambiguity | None
    when: "Comparison | None"
    cite: Citation | None


class Unread(NamedTuple):
    """A criterion that settles nothing: one that was not read, or a use listed without printed criteria."""

    id: str
    says: str | None
    reason: str
    cite: Citation | None


class Branch(NamedTuple):
    """Several nodes. ``least`` of them must hold: all, one, or a number."""

    id: str | None
    kind: str
    least: int
    parts: tuple["Node", ...]
    when: "Comparison | None"
    ambiguity: Ambiguity | None = None
    says: str | None = None
    cite: Citation | None = None


Node = Leaf | Unread | Branch


class CriteriaReader:
    """Reads the trees of one policy record."""

    def __init__(
        self,
        fact: Fact,
        dictionary: Dictionary,
        *,
        cites: Mapping[str, Citation],
        refer: Callable[[str], object],
        whole: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.fact = fact
        self.dictionary = dictionary
        self.cites = cites
        self.refer = refer
        self.whole = whole

    def bad(self, where: object, reason: str) -> BadFact:
        """Make the error that names this record and the node."""
        return BadFact(file=self.fact.kind, row=self.fact.id, reason=f"criterion {where}: {reason}")

    def node(self, raw: object) -> Node:
        """Read a node with everything below it. Raises ``BadFact``."""
        if not isinstance(raw, Mapping):
            raise self.bad(raw, "must be a map")
        name = raw.get("id")
        unknown = sorted(str(key) for key in raw.keys() - KEYS)
        if unknown:
            raise self.bad(name, f"{unknown[0]!r} is no part of a criterion")
        if "ref" in raw:
            return self.node(self.refer(str(raw["ref"])))
        if raw.get("unseen"):
            return Unread(self._id(raw), _text(raw.get("says")), "not_read", self._cite(raw))
        if "fact" in raw:
            return self._leaf(raw)
        return self._branch(raw)

    def test(self, raw: object) -> Comparison:
        """Read a comparison."""
        if not isinstance(raw, Mapping):
            raise self.bad(raw, "must be a map")
        name = str(raw.get("fact"))
        known = self.dictionary.by_criterion.get(name)
        if known is None:
            raise self.bad(raw.get("id") or name, f"{name!r} is not in the dictionary of clinical facts")
        op = str(raw.get("op") or "==")
        if op not in OPS:
            raise self.bad(raw.get("id") or name, f"{op!r} is no comparison")
        unit = raw.get("unit")
        if known.type == "number" and unit != known.unit:
            raise self.bad(raw.get("id") or name, f"the unit must be {known.unit}, not {unit}")
        return Comparison(known, op, self._value(raw, known, op))

    def tests(self, raw: object) -> tuple[Comparison, ...]:
        """Read one comparison, or several that must all hold (``all``)."""
        if isinstance(raw, Mapping) and "all" in raw:
            parts = raw["all"]
            return tuple(self.test(part) for part in parts) if isinstance(parts, Sequence) else ()
        return (self.test(raw),)

    def _leaf(self, raw: Mapping[str, object]) -> Leaf:
        if not isinstance(raw.get("cite"), str):
            raise self.bad(raw.get("id"), "has no citation")
        return Leaf(
            id=self._id(raw),
            test=self.test(raw),
            says=_text(raw.get("says")),
            evidence=_text(raw.get("evidence")),
            judge=raw.get("judge") == "payer",
            ambiguity=self.ambiguity(raw.get("ambiguous")),
            when=None if raw.get("when") is None else self.test(raw["when"]),
            cite=self._cite(raw),
        )

    def _branch(self, raw: Mapping[str, object]) -> Branch:
        kinds = [kind for kind in BRANCHES if kind in raw]
        if len(kinds) != 1:
            raise self.bad(raw.get("id"), "must be one of all, any, not, at_least, or test a fact")
        kind = kinds[0]
        found = raw[kind]
        least = 0
        if kind == "at_least":
            if not isinstance(found, Mapping) or not isinstance(found.get("n"), int):
                raise self.bad(raw.get("id"), "at_least needs n and of")
            least, found = found["n"], found.get("of")
        parts: Sequence[object] = [found] if kind == "not" else found if isinstance(found, list | tuple) else []
        return Branch(
            id=_text(raw.get("id")),
            kind=kind,
            least=least,
            parts=tuple(self.node(part) for part in parts),
            when=None if raw.get("when") is None else self.test(raw["when"]),
            ambiguity=self.ambiguity(raw.get("ambiguous")),
            says=_text(raw.get("says")),
            cite=self._cite(raw),
        )

    def ambiguity(self, raw: object) -> Ambiguity | None:
        """Read a fault of drafting."""
        if not isinstance(raw, Mapping):
            return None
        bounds = raw.get("between") or ([raw["at"], raw["at"]] if "at" in raw else [None, None])
        if not isinstance(bounds, list | tuple):
            raise self.bad("ambiguous", "between must be two numbers")
        low, high = (None if each is None else exact(each, fact=self.fact, name="ambiguous") for each in bounds)
        other = None if raw.get("other") is None else self.node(raw["other"])
        return Ambiguity(str(raw.get("says") or ""), _text(raw.get("other_reading")), low, high, other)

    def _value(
        self, raw: Mapping[str, object], known: ClinicalFact, op: str
    ) -> ClinicalValue | tuple[Decimal, Decimal]:
        value = raw.get("value")
        name = raw.get("id") or known.criterion
        if op == "between" and isinstance(value, list | tuple):
            low, high = (exact(each, fact=self.fact, name="value") for each in value)
            return low, high
        if known.type == "number":
            return exact(value, fact=self.fact)
        if known.type == "flag":
            if not isinstance(value, bool):
                raise self.bad(name, "value must be true or false")
            return value
        words = frozenset(value) if isinstance(value, list | tuple) else frozenset({value})
        if not all(isinstance(word, str) for word in words):
            raise self.bad(name, "value must be words")
        strange = sorted(str(word) for word in words if known.choices and word not in known.choices)
        if strange:
            raise self.bad(name, f"{strange[0]!r} is none of {', '.join(known.choices)}")
        if op == "in_list":
            return str(value)
        return frozenset(str(word) for word in words)

    def _id(self, raw: Mapping[str, object]) -> str:
        if not isinstance(raw.get("id"), str):
            raise self.bad(raw, "has no id")
        return str(raw["id"])

    def _cite(self, raw: Mapping[str, object]) -> Citation | None:
        name = raw.get("cite")
        if name is None:
            return None
        if not isinstance(name, str) or name not in self.cites:
            raise self.bad(raw.get("id"), f"cites {name!r}, which is not among its cites")
        return self.cites[name]


def _text(raw: object) -> str | None:
    return raw if isinstance(raw, str) and raw else None
