"""Three levels of label status: this product's label, another product's, or nobody's."""

from datetime import date
from typing import NamedTuple

from estimator.model.codes import LabelStatus, Route
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import Label


class LabelReading(NamedTuple):
    """Where a use stands to the labels on file, and the product's own label entry when it has one."""

    status: LabelStatus
    label: Label | None
    labeled_products: tuple[str, ...]
    age_is_inside: bool | None


def label_status(
    product_id: str | None,
    *,
    indication: str | None,
    route: Route,
    age_years: int | None,
    on: date,
    book: ReferenceBook,
) -> LabelReading:
    """Read the labels for a use on a day. A use whose diagnosis belongs to no indication of ours is off label."""
    if indication is None:
        return LabelReading(LabelStatus.OFF_LABEL, None, (), None)
    own = book.label(product_id, indication, route, on) if product_id is not None else None
    others = tuple(product.brand for product in book.labeled_products(indication, route, on))
    if own is not None:
        return LabelReading(LabelStatus.PRODUCT_LABELED, own, others, is_inside(own, age_years))
    known = book.indications.get(indication)
    labeled = bool(others) or (known is not None and known.class_labeled)
    status = LabelStatus.CLASS_LABELED if labeled else LabelStatus.OFF_LABEL
    return LabelReading(status, None, others, None)


def is_inside(label: Label, age_years: int | None) -> bool | None:
    """Say whether an age lies inside the label's; ``None`` when the age was not given."""
    if age_years is None:
        return None
    above = label.age_min_years is None or age_years >= label.age_min_years
    below = label.age_max_years is None or age_years <= label.age_max_years
    return above and below
