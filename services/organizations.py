"""Organizations: whose a key is, and with it what is made and seen by it."""

import re
from datetime import UTC, datetime

from estimator.errors import IgCostError, NotOnFile
from services.runtime import Runtime
from storage import contracts, tables
from storage.contracts import OrganizationRow

OWN = tables.OWN_ORGANIZATION
"""The installation's own organization, that of keys made without naming another."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}").fullmatch


class OrganizationRefused(IgCostError):
    """An id that cannot be used: of another shape, or taken."""


def create(organization_id: str, name: str, *, runtime: Runtime) -> OrganizationRow:
    """Make an organization. Raises ``OrganizationRefused``."""
    if _ID(organization_id) is None:
        raise OrganizationRefused(f"{organization_id!r} must be lower case letters, digits and hyphens, at most 40")
    row = OrganizationRow(organization_id, name, datetime.now(UTC))
    with runtime.database.begin() as connection:
        if contracts.has_organization(connection, organization_id):
            raise OrganizationRefused(f"there is an organization {organization_id!r} already")
        contracts.add_organization(connection, row)
    return row


def check(organization_id: str, *, runtime: Runtime) -> None:
    """Raise ``NotOnFile`` where there is no such organization."""
    with runtime.database.read() as connection:
        if not contracts.has_organization(connection, organization_id):
            raise NotOnFile("organization", organization_id)


def list_all(*, runtime: Runtime) -> list[OrganizationRow]:
    """List the organizations, the oldest first."""
    with runtime.database.read() as connection:
        return contracts.list_organizations(connection)
