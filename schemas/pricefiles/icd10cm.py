"""The official ICD-10-CM code list: the order file of a fiscal year, or the addenda between two of them.

Both are lines of fixed columns: a number or a verb, the code without its dot, 1 where it may stand on a claim and 0
where it is a category, a short title and the whole title. The addenda end in counts of what they hold.
"""

import re
from collections import Counter
from datetime import date
from typing import NamedTuple

from schemas.pricefiles.containers import FileRefused, open_text

MEMBER_WORDS = ("order",)
_LINE = re.compile(r"(?:(\d{5})|([A-Z][A-Za-z ]+):) +(?:([A-Z]\w{2,6}) +([01])|([01]) ([A-Z]\w{2,6})) +(\S.*)")
_TITLES_AT = {True: 16, False: 23}
"""Where the short title begins: in an order file, in addenda."""

_SHORT_TITLE = 61
_YEAR = re.compile(r"(?<!\d)(2\d{3})(?!\d)")
_COUNTED = re.compile(r"(\d+) (additions|deletions)")
_LONGEST_LINE = 600
_ADDED, _DELETED = {"add": "additions", "revise to": ""}, {"delete": "deletions", "revise from": ""}


class CodeRow(NamedTuple):
    """One code with its dot, as the official list prints it."""

    line: int
    code: str
    billable: bool
    title: str


class CodeFile(NamedTuple):
    """The file: the first day it is in force by its name, and its codes. ``deleted`` is ``None`` for a whole list."""

    name: str
    effective_from: date | None
    codes: dict[str, CodeRow]
    deleted: dict[str, CodeRow] | None


def read(content: bytes, *, name: str) -> CodeFile:
    """Read an order file, or its addenda, as text or in its zip. Raises ``FileRefused``."""
    unwanted = () if "addenda" in name.lower() else ("addenda",)
    opened = open_text(content, name=name, wanted=MEMBER_WORDS, unwanted=unwanted)
    lines = [line.rstrip() for line in opened.text.split("\n")]
    is_addenda = not lines[0][:5].isdigit()
    body = lines[: lines.index("Headers")] if is_addenda and "Headers" in lines else lines
    codes: dict[str, CodeRow] = {}
    deleted: dict[str, CodeRow] = {}
    counted: Counter[str] = Counter()
    for number, line in enumerate(body, start=1):
        if not line:
            continue
        verb, row = _row(number, line, is_addenda=is_addenda)
        into = deleted if verb in _DELETED else codes
        if row.code in into:
            raise FileRefused("file_code_twice", line=number, value=row.code)
        into[row.code] = row
        counted[(_ADDED | _DELETED).get(verb, "")] += 1
    if not codes and not deleted:
        raise FileRefused("file_without_rows")
    if is_addenda:
        _check_counts(counted, lines[len(body) :])
    first_day = _first_day(opened.name) or _first_day(name)
    return CodeFile(opened.name, first_day, codes, deleted if is_addenda else None)


def _row(number: int, line: str, *, is_addenda: bool) -> tuple[str, CodeRow]:
    found = _LINE.fullmatch(line) if len(line) <= _LONGEST_LINE else None
    if found is None:
        raise FileRefused("file_cell_wrong", line=number, column="ICD-10-CM")
    order, verb, code, flag, other_flag, other_code, _ = found.groups()
    plain = code or other_code
    known = (verb or "").lower()
    title = line[_TITLES_AT[not is_addenda] + _SHORT_TITLE :].strip()
    if not title or (order is None) is not is_addenda or (is_addenda and known not in _ADDED | _DELETED):
        raise FileRefused("file_cell_wrong", line=number, column="ICD-10-CM")
    dotted = plain if len(plain) == 3 else f"{plain[:3]}.{plain[3:]}"
    return known, CodeRow(number, dotted, (flag or other_flag) == "1", title)


def _check_counts(counted: Counter[str], summary: list[str]) -> None:
    """Hold what was read against the counts at the end, of headers and of codes: a file cut off has none."""
    stated: Counter[str] = Counter()
    for line in summary:
        found = _COUNTED.fullmatch(line.strip())
        if found is not None:
            stated[found[2]] += int(found[1])
    if any(stated[name] != counted[name] for name in ("additions", "deletions")) or not summary:
        raise FileRefused("file_broken", form="txt")


def _first_day(name: str) -> date | None:
    """Read the first day from a name: a fiscal year begins in October of the year before, its update in April."""
    found = _YEAR.search(name)
    if found is None:
        return None
    year = int(found[1])
    return date(year, 4, 1) if "apr" in name.lower() else date(year - 1, 10, 1)
