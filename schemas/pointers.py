"""JSON pointers into a request (RFC 6901), safe to answer with whatever the caller sent as a key."""

LONGEST_TOKEN = 80


def token(key: str) -> str:
    """Write one step of a pointer: escaped, cut at 80 characters, and always encodable."""
    if len(key) > LONGEST_TOKEN:
        key = key[: LONGEST_TOKEN - 1] + "…"
    if not key.isascii():
        key = key.encode("utf-8", "replace").decode("utf-8")
    return "/" + key.replace("~", "~0").replace("/", "~1")
