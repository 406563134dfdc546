"""Keys: who may write. A key is shown once, when it is made; what is kept is its hash."""

import hashlib
import hmac
import secrets
from datetime import UTC, date, datetime
from typing import NamedTuple

from estimator.errors import IgCostError, NotOnFile
from services import organizations
from services.runtime import Runtime
from storage import keys
from storage.keys import KeyRow

SCOPES = (
    "admin",
    "reference:write",
    "estimates:write",
    "batches:write",
    "plans:write",
    "contracts:write",
    "outcomes:write",
)
"""What a key may be allowed to do; ``admin`` may do everything."""

_MARK = "igc_"
_PREFIX_LENGTH = 12


class KeyRefused(IgCostError):
    """A key that is not known, revoked or expired: no key at all."""


class KeyNotAllowed(IgCostError):
    """A good key without the scope that is needed."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"the key lacks the scope {scope}")
        self.scope = scope


class NewKey(NamedTuple):
    """A key just made. ``secret`` is shown now and never again."""

    secret: str
    row: KeyRow


class Caller(NamedTuple):
    """Who does something: an organization, and a mark to know the key or the door by."""

    organization: str
    mark: str

    @classmethod
    def of(cls, row: KeyRow) -> "Caller":
        """Make a caller of a key."""
        return cls(row.organization_id, row.prefix)


def create(
    name: str,
    scopes: tuple[str, ...],
    *,
    expires_on: date | None,
    runtime: Runtime,
    organization: str = organizations.OWN,
) -> NewKey:
    """Make a key for an organization. Raises ``NotOnFile`` where there is no such organization."""
    secret = _MARK + secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    row = KeyRow(secret[:_PREFIX_LENGTH], _digest(secret), name, scopes, now, expires_on, None, organization)
    organizations.check(organization, runtime=runtime)
    with runtime.database.begin() as connection:
        keys.add(connection, row)
    return NewKey(secret, row)


def list_all(*, runtime: Runtime) -> list[KeyRow]:
    """List the keys, the oldest first; their secrets are nowhere."""
    with runtime.database.read() as connection:
        return keys.list_all(connection)


def revoke(prefix: str, *, runtime: Runtime) -> None:
    """Revoke a key for good. Raises ``NotOnFile`` where no key in force has this prefix."""
    with runtime.database.begin() as connection:
        if not keys.revoke(connection, prefix, at=datetime.now(UTC)):
            raise NotOnFile("key", prefix)


def check(secret: str, scope: str | None, *, runtime: Runtime) -> KeyRow:
    """Let a key that may do this pass; without a ``scope``, any key in force.

    Raises ``KeyRefused`` and ``KeyNotAllowed``.
    """
    with runtime.database.read() as connection:
        row = keys.find(connection, secret[:_PREFIX_LENGTH])
    if row is None or not hmac.compare_digest(row.digest, _digest(secret)) or row.revoked_at is not None:
        raise KeyRefused("no such key")
    if row.expires_on is not None and row.expires_on < runtime.today():
        raise KeyRefused("the key has expired")
    if scope is not None and scope not in row.scopes and "admin" not in row.scopes:
        raise KeyNotAllowed(scope)
    return row


def _digest(secret: str) -> str:
    """Hash a secret. It is 256 bits of chance: nobody guesses it, so a slow hash would only slow us."""
    return hashlib.sha256(secret.encode()).hexdigest()
