"""Immune globulin products: what is on file about each."""

from datetime import date

from estimator.errors import NotOnFile
from estimator.model.quantities import grams_text, plain
from estimator.reference.book import ReferenceBook
from estimator.reference.kinds import Product
from services import product_pages
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
    document = _document(product, runtime.today(), book) | product_pages.details(product, runtime.today(), book)
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
