"""What answers about contracts look like."""

from schemas.answers import AnswerSchema, VersionedSchema, day, number, part, parts, text
from schemas.reference import listing


class ContractSourceSchema(AnswerSchema):
    """Where the rates are written."""

    title = text()
    publisher = text(null=True)
    published_on = day(null=True)
    url = text(null=True)
    sha256 = text("Of the price file they were taken from.", null=True)


class ContractRateSchema(AnswerSchema):
    """One rate of a contract."""

    code = text(null=True)
    scope = text(null=True, enum=("drug", "administration", "all"))
    method = text()
    value = number("Dollars or percent, by the method.")
    per = text("A case rate's case.", null=True, enum=("visit", "course"))
    first_day = day()
    last_day = day(null=True)
    locator = text("Where in the source it stands.")


class ContractSchema(AnswerSchema):
    """A contract in short."""

    id = text("What `price.contract` takes.")
    name = text()
    payer = text()
    payer_name = text(null=True)
    site_of_care = text(null=True)
    first_day = day()
    last_day = day(null=True)
    source = part(ContractSourceSchema())
    created_at = text()
    created_by = text("A key's first characters, or the command line.")
    withdrawn_at = text(null=True)
    version = text("The hash of what it says: the `overlay_version` of answers that use it.")


class ContractDetailSchema(ContractSchema, VersionedSchema):
    """A contract with its rates."""

    rates = parts(ContractRateSchema())


CONTRACT = ContractDetailSchema()
CONTRACTS = listing(ContractSchema())
