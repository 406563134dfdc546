"""The version of the calculation, in every answer."""

from services.runtime import Runtime

ENGINE_VERSION = "0.1.0"


def stamped(document: dict[str, object], runtime: Runtime, *, overlay: str | None = None) -> dict[str, object]:
    """Add the versions a document was made with; ``overlay`` is that of an organization's own facts, if any."""
    return document | {
        "engine_version": ENGINE_VERSION,
        "reference_version": runtime.book.version,
        "overlay_version": overlay,
    }
