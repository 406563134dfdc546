"""Who asks: the key in the ``Authorization`` header, where an endpoint needs one."""

from flask import request

from services import keys
from services.keys import KeyRefused
from services.runtime import Runtime


def require(scope: str, *, runtime: Runtime) -> str:
    """Let a caller pass whose key may do this, and give the key's first characters.

    Raises ``KeyRefused`` and ``KeyNotAllowed``.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise KeyRefused("no key")
    return keys.check(secret.strip(), scope, runtime=runtime).prefix
