"""What is an organization's own, laid over the facts for one answer."""

from typing import NamedTuple

from estimator.model.order import EstimateRequest
from estimator.reference.book import ReferenceBook


class Overlaid(NamedTuple):
    """A request with what it names of its organization, and the book with those facts in it.

    ``version`` is the hash of what was laid over, ``None`` where nothing was.
    """

    request: EstimateRequest
    book: ReferenceBook
    version: str | None
