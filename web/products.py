"""``GET /v1/products``."""

from flask import Response

from schemas.reference import PRODUCT, PRODUCTS
from services import products
from web import answers, openapi, reading

noun = openapi.Noun("products", "Immune globulin products on file.")


@noun.reads("/v1/products", answer=PRODUCTS)
def list_products() -> Response:
    """List the products on file."""
    runtime = reading.asked_plainly()
    return answers.reference(products.list_products(runtime=runtime))


@noun.reads("/v1/products/<product_id>", answer=PRODUCT, may_lack=True)
def show_product(product_id: str) -> Response:
    """Show a product with its packages and labels."""
    runtime = reading.asked_plainly()
    return answers.reference(products.show_product(product_id, runtime=runtime))
