"""What answers about contracts look like."""

from schemas.answers import AnswerSchema, VersionedSchema, day, number, part, parts, text, whole
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


class PaidSchema(AnswerSchema):
    """What a hospital was really paid: median, 10th and 90th percentile."""

    median = number(null=True)
    low = number(null=True)
    high = number(null=True)
    count = text("Of how many; may be a phrase.", null=True)


class FoundRateSchema(AnswerSchema):
    """One price of our codes in a file."""

    code = text()
    method = text()
    value = number("Dollars for one billing unit, or percent.", null=True)
    last_day = day(null=True)
    times_published = number("How many times Medicare's rate it is.", null=True)
    doubt = text("Why it may not be used; null where it may.", null=True)
    place = text("Where in the file it stands.")
    payer = text(null=True)
    plan = text(null=True)
    unit = number("As printed.", null=True)
    unit_kind = text(null=True)
    note = text(null=True)
    paid = part(PaidSchema(), null=True)


class PriceFileReportSchema(VersionedSchema):
    """What a price file holds of our codes, and the contract it became."""

    contract = text("The contract's id; null for a dry run.", null=True)
    form = text(enum=("hospital_tall", "hospital_wide", "hospital_json", "in_network"))
    version = text(null=True)
    publisher = text(null=True)
    updated_on = day(null=True)
    sha256 = text()
    items = whole("Rows or items of the whole file.")
    prices_of_our_codes = whole()
    for_other_providers = whole()
    for_stays = whole()
    for_other_payers = whole()
    for_other_sites = whole()
    groups_only_pointed_to = whole("Provider groups that stand in files of their own.")
    usable = whole()
    rates = parts(FoundRateSchema())


PRICE_FILE_REPORT = PriceFileReportSchema()
CONTRACT = ContractDetailSchema()
CONTRACTS = listing(ContractSchema())
