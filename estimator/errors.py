"""Every anticipated failure of the calculation, in one tree.

::

    IgCostError
    ├── BadFact             a record of the fact base that cannot be used (file, row, reason)
    ├── InvalidRequest      what the caller sent cannot be answered; carries every problem found
    └── NotOnFile           a product, code, fact or source that is not on file
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


class IgCostError(Exception):
    """Base of all anticipated failures."""


class BadFact(IgCostError):
    """A record of the fact base cannot be used.

    The message names the file, the row (or key) and the reason, so that whoever maintains the facts can mend it.
    """

    def __init__(self, *, file: str, row: str, reason: str) -> None:
        super().__init__(f"{file}, {row}: {reason}")
        self.file = file
        self.row = row
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one field of a request.

    ``pointer`` is a JSON pointer into the request; ``code`` is stable; ``params`` fill the sentence kept for the code.
    """

    pointer: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)


class InvalidRequest(IgCostError):
    """The request cannot be answered as it stands; ``problems`` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{problem.pointer or '/'} {problem.code}" for problem in problems))
        self.problems = tuple(problems)


class NotOnFile(IgCostError):
    """Nothing of this kind and name is on file."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"no {kind} {key!r} is on file")
        self.kind = kind
        self.key = key
