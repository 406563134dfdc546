"""What may stand in a policy's plain fields: words of closed lists, ids on file, nothing left of the template."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from estimator.model.codes import Route, Site
from estimator.reference.book import ReferenceBook
from services.policy_template import BLANKS

Path = tuple[object, ...]

_ID = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+").fullmatch
ID_FORM = "small letters, digits and _, in two or more parts with a point between them, such as exampleplan.ig"
LINES = ("commercial", "marketplace", "medicare_advantage", "medicare_ffs", "medicare_part_d", "medicaid")
WORDS: Mapping[str, tuple[str, ...]] = {
    "document": (
        "medical_policy",
        "site_of_care",
        "step_therapy",
        "quantity_limit",
        "lcd",
        "ncd",
        "statute",
        "formulary",
        "form",
        "precertification",
        "provider_manual",
    ),
    "lines": LINES,
    "routes": (*(route.value for route in Route), "im"),
    "sites": tuple(site.value for site in Site),
    "source_kind": (
        "primary",
        "primary_mirror",
        "secondary_summary",
        "ai_written",
        "general_knowledge",
        "computed",
    ),
    "text_read": ("full", "part", "head_only", "none"),
    "unlisted": ("excluded", "unknown", "outside"),
}
"""The closed lists of a policy record, which no other part of its reading refuses a strange word of."""


class Wrong(NamedTuple):
    """What is wrong, and where in the record."""

    where: Path
    reason: str


def is_policy_id(text: str) -> bool:
    """Say whether a text may be the id of a policy."""
    return _ID(text) is not None


def wrong_words(record: Mapping[str, object], book: ReferenceBook) -> Iterator[Wrong]:
    """List the words of a record that are in none of the closed lists, name nothing on file or were left to fill in."""
    key = record.get("key")
    if isinstance(key, str) and not is_policy_id(key):
        yield Wrong(("key",), f"the id {key!r} must be {ID_FORM}")
    yield from _blanks(record, ())
    value = record.get("value")
    if not isinstance(value, Mapping):
        return
    for name, known in WORDS.items():
        yield from _strange(value.get(name), known, ("value", name))
    authorization = value.get("prior_authorization")
    if authorization is not None and authorization != "required" and not isinstance(authorization, Mapping):
        yield Wrong(("value", "prior_authorization"), "prior_authorization must be required, or be left out")
    products = value.get("products")
    for name, listed in products.items() if isinstance(products, Mapping) else ():
        if isinstance(listed, list | tuple) and "hcpcs" not in name:
            yield from _strange(listed, tuple(book.products), ("value", "products", name))
    uses = tuple(book.indications)
    for name in ("criteria", "exclusions", "unit_limits"):
        yield from _uses(value.get(name), uses, ("value", name))
    yield from _strange(value.get("not_for"), uses, ("value", "not_for"))


def _uses(raw: object, known: tuple[str, ...], where: Path) -> Iterator[Wrong]:
    """Find lists of indications wherever they stand below."""
    if isinstance(raw, Mapping):
        for name, part in raw.items():
            if name == "indications":
                yield from _strange(part, known, (*where, name))
            else:
                yield from _uses(part, known, (*where, name))
    elif isinstance(raw, list | tuple):
        for place, part in enumerate(raw):
            yield from _uses(part, known, (*where, place))


def _strange(raw: object, known: tuple[str, ...], where: Path) -> Iterator[Wrong]:
    for word in raw if isinstance(raw, list | tuple) else (raw,):
        if isinstance(word, str) and word not in known and word not in BLANKS:
            near = get_close_matches(word, known, n=3)
            choices = known if len(known) <= len(LINES) * 2 else near
            tail = f"; it may be one of: {', '.join(choices)}" if choices else ""
            yield Wrong(where, f"{where[-1]}: {word!r} is not known{tail}")


def _blanks(raw: object, where: Path) -> Iterator[Wrong]:
    """Find what the template left to fill in."""
    if isinstance(raw, str) and raw in BLANKS:
        yield Wrong(where, f"{raw!r} is the template's: put your own words there")
    elif isinstance(raw, Mapping):
        for name, part in raw.items():
            yield from _blanks(part, (*where, name))
    elif isinstance(raw, list | tuple):
        for place, part in enumerate(raw):
            yield from _blanks(part, (*where, place))
