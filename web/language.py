"""Which language an answer is written in: English, or Spanish where it is asked for."""

import re
from functools import lru_cache

LANGUAGES = ("en", "es")
DEFAULT = "en"
MAX_HEADER = 400
_ITEM = re.compile(r"([a-zA-Z]{1,8}|\*)(?:-[a-zA-Z0-9-]{1,30})?(?:;q=([01](?:\.[0-9]{0,3})?))?").fullmatch


def is_spoken(asked: str) -> bool:
    """Say whether answers can be written in a language, named like ``es`` or ``es-MX``."""
    return _name_of(asked) in LANGUAGES


def _name_of(asked: str) -> str:
    return asked.replace("_", "-").partition("-")[0].strip().lower()


@lru_cache(maxsize=128)
def negotiate(asked: str | None, header: str | None) -> str:
    """Choose a language from ``?lang=``, else from ``Accept-Language``; what is not understood means English.

    A ``?lang=`` that is not spoken is refused where the query is read, in English.
    """
    if asked:
        return _name_of(asked) if is_spoken(asked) else DEFAULT
    if not header or len(header) > MAX_HEADER:
        return DEFAULT
    best, best_weight = DEFAULT, 0.0
    for item in header.replace(" ", "").split(","):
        found = _ITEM(item)
        if found is None:
            continue
        name = DEFAULT if found[1] == "*" else found[1].lower()
        weight = float(found[2]) if found[2] else 1.0
        if name in LANGUAGES and weight > best_weight:
            best, best_weight = name, weight
    return best
