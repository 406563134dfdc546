"""Immune globulin products: what is on file about each."""

from collections.abc import Mapping
from datetime import date

from estimator.errors import NotOnFile
from estimator.model.quantities import grams_text, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import Package, Product
from services.runtime import Runtime
from services.versions import stamped


def list_products(*, runtime: Runtime) -> dict[str, object]:
    """List every product, by id."""
    book, today = runtime.book, runtime.today()
    items = [_document(product, today, book) for _, product in sorted(book.products.items())]
    return stamped({"items": items, "next": None}, runtime)


def show_product(name: str, *, runtime: Runtime) -> dict[str, object]:
    """Show a product, by its id or a name on file, with packages and labels. Raises ``NotOnFile``."""
    book = runtime.book
    product = book.find_product(name)
    if product is None:
        raise NotOnFile("product", name)
    details = product.details
    document = _document(product, runtime.today(), book) | {
        "form": details.get("form"),
        "stabilizer": details.get("stabilizer"),
        "sugar": details.get("sugar"),
        "cautions": _list(details, "cautions"),
        "packages": [_package(package) for package in book.packages.get(product.id, ())],
        "labels": [
            {
                "indication": label.indication,
                "routes": [route.value for route in label.routes],
                "age_min_years": label.age_min_years,
                "age_max_years": label.age_max_years,
                "age_text": label.age_text,
                "fact_id": label.fact_id,
            }
            for (product_id, _), records in sorted(book.labels.items())
            if product_id == product.id
            for _, label in records
        ],
    }
    return stamped(document, runtime)


def _document(product: Product, today: date, book: ReferenceBook) -> dict[str, object]:
    return {
        "id": product.id,
        "brand": product.brand,
        "manufacturer": product.manufacturer,
        "names": list(product.names),
        "routes": [route.value for route in product.routes],
        "concentration_percent": plain(product.concentration_percent),
        "hcpcs": product.hcpcs,
        "group": product.group,
        "status": product.status,
        "status_note": product.details.get("status_note"),
        "package_grams": [grams_text(package.mg) for package in book.offered_packages(product.id, today)],
        "fact_id": product.fact_id,
    }


def _package(package: Package) -> dict[str, object]:
    return {
        "ndc": package.ndc,
        "grams": grams_text(package.mg),
        "ml": None if package.ml is None else plain(package.ml),
        "container": package.container,
        "labeler": package.labeler,
        "offered": package.offered,
        "billing_units": package.billing_units,
        "fact_id": package.fact_id,
    }


def _list(details: Mapping[str, object], name: str) -> list[object]:
    found = details.get(name)
    return list(found) if isinstance(found, list | tuple) else []
