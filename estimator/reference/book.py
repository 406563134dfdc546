"""The ReferenceBook: every fact on file, immutable, ready to be asked by date.

A book is built once per process and swapped whole. A question about an earlier day's knowledge (``as_of``) is answered
by ``known_on``, a book of only those facts that had been published by then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar, cast

from estimator.errors import NotOnFile
from estimator.model.codes import Route, Site
from estimator.model.periods import quarter_of
from estimator.reference import kinds
from estimator.reference.clinical import Dictionary
from estimator.reference.facts import DiagnosisCode, Fact, Source
from estimator.reference.policies import Policy
from estimator.reference.publications import Publication
from estimator.reference.record_reading import exact
from estimator.reference.timelines import Reading, Spread, Timeline

MEMORY = 4096
"""How many answers a book remembers before it starts afresh."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class ReferenceBook:
    """Everything on file. Use the methods; the mappings are for pages that list what there is.

    ``is_earlier`` marks a book of what was known on a day that later facts on file have passed.
    ``memory`` holds answers that follow from the book alone, such as a code's price on a day, and dies with the book.
    """

    version: str
    facts: Mapping[str, Fact]
    sources: Mapping[str, Source]
    timelines: Mapping[tuple[str, str], Timeline]
    products: Mapping[str, kinds.Product]
    product_names: Mapping[str, str]
    packages: Mapping[str, tuple[kinds.Package, ...]]
    billing_codes: Mapping[str, tuple[kinds.BillingCode, ...]]
    labels: Mapping[tuple[str, str], tuple[tuple[Fact, kinds.Label], ...]]
    ladders: Mapping[tuple[str, str], kinds.RateLadder]
    regimens: Mapping[str, kinds.Regimen]
    indications: Mapping[str, kinds.Indication]
    indications_by_code: Mapping[str, tuple[str, ...]]
    diagnosis_codes: Mapping[str, tuple[DiagnosisCode, ...]]
    lists: Mapping[str, tuple[Fact, frozenset[str]]]
    flags: Mapping[str, kinds.FlagKind]
    publications: Mapping[str, Publication]
    words: Mapping[tuple[str, str], tuple[Fact, ...]]
    clinical: Dictionary
    policies: Mapping[str, tuple[Policy, ...]]
    class_spread: Mapping[int, Spread]
    oldest_code_list: date
    newest_publication: date | None
    is_earlier: bool
    memory: dict[object, object] = field(default_factory=dict)

    def remember(self, key: object, work_out: Callable[[], T]) -> T:
        """Give what ``work_out`` gives, which must depend on the book and the key alone; it is worked out once."""
        found = self.memory.get(key)
        if found is None:
            if len(self.memory) >= MEMORY:
                self.memory.clear()
            found = self.memory[key] = work_out()
        return cast("T", found)

    def fact(self, fact_id: str) -> Fact:
        """Give a fact by its id; raises ``NotOnFile``."""
        try:
            return self.facts[fact_id]
        except KeyError:
            raise NotOnFile("fact", fact_id) from None

    def source(self, source_id: str) -> Source:
        """Give a source by its id; raises ``NotOnFile``."""
        try:
            return self.sources[source_id]
        except KeyError:
            raise NotOnFile("source", source_id) from None

    def product(self, product_id: str) -> kinds.Product:
        """Give a product by its id; raises ``NotOnFile``."""
        try:
            return self.products[product_id]
        except KeyError:
            raise NotOnFile("product", product_id) from None

    def find_product(self, name: str) -> kinds.Product | None:
        """Find a product by its id, its brand or another name on file, in any case."""
        product_id = self.product_names.get(name.strip().casefold())
        return None if product_id is None else self.products[product_id]

    def offered_packages(self, product_id: str, on: date) -> tuple[kinds.Package, ...]:
        """List the package sizes on the market on a day, largest first, one per size."""
        by_size: dict[int, kinds.Package] = {}
        for package in self.packages.get(product_id, ()):
            if package.offered and package.period.holds(on):
                by_size.setdefault(package.mg, package)
        return tuple(by_size[mg] for mg in sorted(by_size, reverse=True))

    def billing_code(self, code: str, on: date) -> kinds.BillingCode | None:
        """Give a billing code as it stands on a day; codes in force only later or no longer give the nearest record."""
        records = self.billing_codes.get(code)
        if not records:
            return None
        return next((record for record in records if record.period.holds(on)), None)

    def code_by_role(self, role: str) -> kinds.BillingCode:
        """Give the code that bills a service by its role, such as ``iv_first_hour``; raises ``NotOnFile``."""
        for records in self.billing_codes.values():
            if records[-1].role == role:
                return records[-1]
        raise NotOnFile("billing code with role", role)

    def label(self, product_id: str, indication: str, route: Route, on: date) -> kinds.Label | None:
        """Give what a product's label says about an indication by a route on a day."""
        for fact, label in self.labels.get((product_id, indication), ()):
            if route in label.routes and fact.period.holds(on):
                return label
        return None

    def labeled_products(self, indication: str, route: Route, on: date) -> tuple[kinds.Product, ...]:
        """List the marketed products whose label carries the indication by the route on a day, by id."""
        return tuple(
            product
            for product_id, product in sorted(self.products.items())
            if product.is_marketed and self.label(product_id, indication, route, on) is not None
        )

    def payment_limit(self, code: str, on: date) -> Reading | None:
        """Read the Medicare payment limit per billing unit; past the newest quarter it is carried forward."""
        return self.quarterly("payment_limit", code, on)

    def coinsurance(self, code: str, on: date) -> Reading | None:
        """Read the Part B coinsurance percent of a code; carried forward like the payment limit."""
        return self.quarterly("part_b_coinsurance", code, on)

    def quarterly(self, kind: str, key: str, on: date) -> Reading | None:
        """Read a figure that is published each calendar quarter."""
        timeline = self.timelines.get((kind, key))
        if timeline is None:
            return None
        steps = quarter_of(timeline.newest.period.first_day).quarters_until(quarter_of(on))
        wider = None
        if kind == "payment_limit" and steps > 0 and len(timeline) == 1:
            wider = self.class_spread[min(steps, max(self.class_spread))] if self.class_spread else None
        return timeline.reading(on, steps=max(steps, 0), wider=wider)

    def yearly(self, kind: str, key: str, on: date) -> Reading | None:
        """Read a figure that is published each calendar year."""
        timeline = self.timelines.get((kind, key))
        if timeline is None:
            return None
        last_day = timeline.newest.period.last_day
        steps = 0 if last_day is None else max(on.year - last_day.year, 0)
        return timeline.reading(on, steps=steps)

    def timeline(self, kind: str, key: str) -> Timeline | None:
        """Give all records of one figure."""
        return self.timelines.get((kind, key))

    def word(self, kind: str, key: str, on: date) -> Fact | None:
        """Give the record of a one-word or map fact that holds on a day; the one that began last, where two do."""
        return next((fact for fact in reversed(self.words.get((kind, key), ())) if fact.period.holds(on)), None)

    def latest_word(self, kind: str, key: str, on: date) -> tuple[Fact, bool] | None:
        """Give the record of a word that holds on a day, else the newest one before it; the flag says which."""
        records = self.words.get((kind, key), ())
        begun = [fact for fact in records if fact.period.first_day <= on]
        if not begun:
            return None
        newest = max(begun, key=lambda fact: (fact.period.first_day, fact.release or 0))
        return newest, newest.period.holds(on)

    def percent_range(self, site: Site, on: date) -> tuple[Decimal, Decimal, Fact] | None:
        """Give the range of commercial prices at a site, in percent of the payment limit."""
        fact = self.word("commercial_ratio", site.value, on)
        if fact is None or not isinstance(fact.value, Mapping):
            return None
        return exact(fact.value.get("low"), fact=fact), exact(fact.value.get("high"), fact=fact), fact

    def home_level(self, code: str, on: date) -> tuple[Decimal, Decimal, Fact] | None:
        """Give the planning range on file for a home service that has no published price."""
        fact = self.word("benefit_rule", f"home_commercial:level:{code}", on)
        if fact is None or not isinstance(fact.value, Mapping):
            return None
        return exact(fact.value.get("low"), fact=fact), exact(fact.value.get("high"), fact=fact), fact

    def plausible_range(self, name: str) -> tuple[Decimal, Decimal] | None:
        """Give the bounds outside which an input is refused as a slip of the pen; ``None`` when none are on file."""
        records = self.words.get(("plausible_range", name))
        if not records or not isinstance(records[-1].value, Mapping):
            return None
        fact = records[-1]
        return exact(records[-1].value.get("low"), fact=fact), exact(records[-1].value.get("high"), fact=fact)

    def diagnosis(self, code: str, on: date) -> DiagnosisCode | None:
        """Give an ICD-10-CM code as it stands on a day; before the oldest list on file that list stands in."""
        records = self.diagnosis_codes.get(code)
        if records is None:
            return None
        oldest = records[0]
        if on < oldest.period.first_day == self.oldest_code_list:
            return oldest
        return next((record for record in records if record.period.holds(on)), None)

    def billable_children(self, code: str, on: date) -> tuple[DiagnosisCode, ...]:
        """List the billable codes under a category on a day."""
        stem = code if "." in code else f"{code}."
        return tuple(
            record
            for child, records in self.diagnosis_codes.items()
            if child.startswith(stem) and child != code
            for record in records
            if record.billable and record.period.holds(max(on, self.oldest_code_list))
        )

    def policy(self, policy_id: str, on: date) -> Policy | None:
        """Give the version of a policy document that holds on a day; ``None`` when none does."""
        return next((item for item in self.policies.get(policy_id, ()) if item.period.holds(on)), None)

    def is_listed(self, name: str, code: str | None, indication: str | None = None) -> bool | None:
        """Say whether a list holds a code; ``None`` where that is open.

        Open is a code that may have been added since the list was read, and one that was not given while the list
        holds some of its indication's.
        """
        found = self.lists.get(name)
        if found is None:
            return False
        if code is None:
            is_possible = any(indication in self.indications_by_code.get(each, ()) for each in found[1])
            return None if indication is None or is_possible else False
        if code in found[1]:
            return True
        value = found[0].value
        later = value.get("possibly_added") if isinstance(value, Mapping) else None
        return None if isinstance(later, list | tuple) and code in later else False

    def code_list(self, name: str) -> frozenset[str]:
        """Give a list of diagnosis codes by name; empty when there is none on file."""
        found = self.lists.get(name)
        return frozenset() if found is None else found[1]
