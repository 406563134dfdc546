"""JSON pointers into a request (RFC 6901), safe to answer with whatever the caller sent as a key."""

LONGEST_TOKEN = 80


def token(key: str) -> str:
    """Write one step of a pointer: escaped, cut at 80 characters, and always encodable."""
    return "/" + shown(key).replace("~", "~0").replace("/", "~1")


def shown(key: str) -> str:
    """Write a key for a sentence: as it was sent, cut at 80 characters, and always encodable."""
    if len(key) > LONGEST_TOKEN:
        key = key[: LONGEST_TOKEN - 1] + "…"
    return key if key.isascii() else key.encode("utf-8", "replace").decode("utf-8")
