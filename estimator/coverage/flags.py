"""Flags: a registered code with the parameters of its sentence. Severity and owner are facts, not code."""

from typing import NamedTuple

from estimator.model.codes import Severity

LIKELY_DENIALS = frozenset({Severity.BLOCKS_PAYMENT, Severity.LIKELY_DENIAL})
"""The severities of flags that name something for which payers deny."""


class Flag(NamedTuple):
    """One flag raised, with what its sentence needs and the facts it rests on."""

    code: str
    params: tuple[tuple[str, str], ...] = ()
    fact_ids: tuple[str, ...] = ()


def raised(flag: str, /, *fact_ids: str, **params: object) -> Flag:
    """Raise a flag."""
    return Flag(flag, tuple((name, str(value)) for name, value in params.items()), fact_ids)
