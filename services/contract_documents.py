"""Contracts as the documents that their organization gets."""

from datetime import date

from storage.contracts import ContractRow, RateRow

Document = dict[str, object]


def contract_document(row: ContractRow) -> Document:
    """Write a contract without its rates."""
    return {
        "id": row.id,
        "name": row.name,
        "payer": row.payer,
        "payer_name": row.payer_name,
        "site_of_care": row.site_of_care,
        "first_day": row.first_day.isoformat(),
        "last_day": _day(row.last_day),
        "source": {
            "title": row.source_title,
            "publisher": row.source_publisher,
            "published_on": _day(row.source_published_on),
            "url": row.source_url,
            "sha256": row.source_sha256,
        },
        "created_at": row.created_at.isoformat(timespec="seconds"),
        "created_by": row.created_by,
        "withdrawn_at": None if row.withdrawn_at is None else row.withdrawn_at.isoformat(timespec="seconds"),
        "version": row.version,
    }


def detail_document(row: ContractRow) -> Document:
    """Write a contract with its rates."""
    return contract_document(row) | {"rates": [_rate(rate) for rate in row.rates]}


def _rate(rate: RateRow) -> Document:
    return {
        "code": rate.code,
        "scope": rate.scope,
        "method": rate.method,
        "value": rate.value,
        "per": rate.per if rate.method == "case_rate" else None,
        "first_day": rate.first_day.isoformat(),
        "last_day": _day(rate.last_day),
        "locator": rate.locator,
    }


def _day(found: date | None) -> str | None:
    return None if found is None else found.isoformat()
