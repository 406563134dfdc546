"""What the contract knows and this release does not compute. The one place that lists it.

A field of these names may be ``null``, empty or absent; anything else is refused by name with ``not_supported``, so
that nothing a caller says is silently lost.
"""

from schemas.fields import Refused, StrictField

NOT_YET: dict[str, str] = {
    "eligibility": "eligibility messages",
}
"""The dotted name of every such field, and what it will serve."""

ONLY: dict[str, tuple[str, ...]] = {}
"""Fields that are computed for some of their words only, and those words."""


class NotYetSupported(StrictField[None]):
    """A field of the contract that this release does not compute."""

    def __init__(self, name: str, *, attribute: str | None = None) -> None:
        super().__init__(f"Not computed by this release: {NOT_YET[name]}. Leave it out.", attribute=attribute)

    def openapi(self) -> dict[str, object]:
        """Describe a field that must be left out for now."""
        return {"type": ["array", "object"], "maxItems": 0, "maxProperties": 0, "x-not-supported-yet": True}

    def read(self, value: object) -> None:
        """Refuse anything but an empty list or object."""
        if value not in ([], {}):
            raise Refused("not_supported", {"why": "not_at_all"})
