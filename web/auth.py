"""Who asks: the key in the ``Authorization`` header, where an endpoint needs one."""

from flask import request

from estimator.model.order import EstimateRequest
from services import keys
from services.keys import Caller, KeyRefused
from services.runtime import Runtime


def require(scope: str, *, runtime: Runtime) -> str:
    """Let a caller pass whose key may do this, and give the key's first characters.

    Raises ``KeyRefused`` and ``KeyNotAllowed``.
    """
    return require_caller(scope, runtime=runtime).mark


def require_caller(scope: str, *, runtime: Runtime) -> Caller:
    """Let a caller pass whose key may do this, and say who it is. Raises ``KeyRefused`` and ``KeyNotAllowed``."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise KeyRefused("no key")
    return Caller.of(keys.check(secret.strip(), scope, runtime=runtime))


def organization_for(asked: EstimateRequest, *, runtime: Runtime) -> str | None:
    """Give the organization of the caller's key where a request names something of it; none without a key.

    Raises ``KeyRefused`` for a key that is not known or not in force.
    """
    if not asked.contract_ids or not request.headers.get("Authorization"):
        return None
    scheme, _, secret = request.headers["Authorization"].partition(" ")
    if scheme.lower() != "bearer":
        raise KeyRefused("no key")
    return keys.check(secret.strip(), None, runtime=runtime).organization_id
