"""A payer's in-network file (Transparency in Coverage, schema 1 and 2), read as it streams by.

An item's rates may run to gigabytes, so nothing is built but the prices of our codes for the providers asked for.
Provider groups stand before the items in most files; where they come after, the file is read a second time.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from estimator.model.contracts import RateMethod
from schemas.pricefiles import json_events
from schemas.pricefiles.containers import FileRefused
from schemas.pricefiles.json_events import Events, begin_object, exact, skip, text, texts, value_of
from schemas.pricefiles.price_rows import MOST_ROWS, FileHead, PriceFile, PriceRow, Wanted, day_of
from schemas.pricefiles.streams import Watcher, opened

_HEAD = ("reporting_entity_name", "last_updated_on", "version")
_FOREVER = date(9999, 12, 31)
_ANY_PLACE = "CSTM-00"
_OF_ITEM = ""
"""The code of a price while its item's has not been read."""
_METHODS = {
    "negotiated": (RateMethod.PER_UNIT, None),
    "fee schedule": (RateMethod.PER_UNIT, None),
    "derived": (RateMethod.PER_UNIT, "derived_price"),
    "percentage": (RateMethod.PERCENT_OF_CHARGE, None),
    "per diem": (RateMethod.PER_DIEM, None),
}


class Providers(NamedTuple):
    """Whose prices are wanted: any group that names one of these numbers. TINs are kept without hyphens."""

    npis: frozenset[int]
    tins: frozenset[str]

    @classmethod
    def of(cls, *, npis: Iterable[str] = (), tins: Iterable[str] = ()) -> "Providers":
        """Make the filter from numbers as people write them."""
        return cls(frozenset(int(npi) for npi in npis), frozenset(_bare(tin) for tin in tins))


def read(path: Path, wanted: Wanted, providers: Providers, *, watcher: Watcher | None = None) -> PriceFile:
    """Read a file to its end. Raises ``FileRefused``; then nothing of it is used."""
    reading = _Reading(wanted, providers)
    with opened(path, watcher=watcher) as stream:
        reading.run(json_events.events_of(stream))
    if reading.is_out_of_order:
        reading = _Reading(wanted, providers, groups=reading.groups)
        with opened(path, watcher=watcher) as stream:
            reading.run(json_events.events_of(stream))
    if not reading.has_items:
        raise FileRefused("file_without_rates")
    version = reading.head.get("version")
    if version is not None and not version.startswith(("1", "2")):
        raise FileRefused("file_version_unknown", version=version)
    head = FileHead(
        "in_network", version, reading.head.get("reporting_entity_name"), day_of(reading.head.get("last_updated_on"))
    )
    return PriceFile(
        head,
        reading.items,
        tuple(reading.rows),
        elsewhere=reading.elsewhere,
        inpatient=reading.inpatient,
        remote=reading.remote,
    )


class _Item:
    """What is known so far of one item of ``in_network``; its prices for the providers asked for, without its code."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.code: str | None = None
        self.kind: str | None = None
        self.arrangement: str | None = None
        self.rows: list[PriceRow] = []
        self.elsewhere = 0

    @property
    def is_named(self) -> bool:
        return self.code is not None and self.kind is not None


class _Reading:
    """One pass over the file. ``groups`` are the provider groups asked for, where an earlier pass has found them."""

    def __init__(self, wanted: Wanted, providers: Providers, groups: set[object] | None = None) -> None:
        self._wanted = wanted
        self._providers = providers
        self._has_groups = groups is not None
        self.groups: set[object] = groups or set()
        self.head: dict[str, str] = {}
        self.rows: list[PriceRow] = []
        self.items = self.elsewhere = self.inpatient = self.remote = 0
        self.has_items = False
        self.is_out_of_order = False
        self._looked_up = False

    def run(self, events: Events) -> None:
        begin_object(events)
        for event, key in events:
            if event != "map_key":
                continue  # the end of the document; the parser sees to what may follow
            begun, value = next(events)
            if key == "provider_references" and begun == "start_array" and not self._has_groups:
                self._provider_references(events)
            elif key == "in_network" and begun == "start_array":
                self.has_items = True
                self._in_network(events)
            elif key in _HEAD:
                found = text(value_of(events, begun, value))
                if found is not None:
                    self.head[key] = found
            else:
                skip(events, begun)

    def _provider_references(self, events: Events) -> None:
        """Note which provider groups name one of the numbers asked for; the groups themselves are not kept."""
        self.is_out_of_order = self._looked_up
        for event, _ in events:
            if event == "end_array":
                return
            if event != "start_map":
                skip(events, event)
                continue
            number: object = None
            is_ours = False
            for event_, key in events:
                if event_ == "end_map":
                    break
                begun, value = next(events)
                if key == "provider_group_id":
                    number = value_of(events, begun, value)
                elif key == "provider_groups" and begun == "start_array":
                    is_ours = self._names_ours(events) or is_ours
                else:
                    self.remote += key == "location"
                    skip(events, begun)
            if is_ours and isinstance(number, int | Decimal | str):
                self.groups.add(_group(number))

    def _names_ours(self, events: Events) -> bool:
        """Look through a list of provider groups for a number asked for, whatever its length."""
        found = False
        depth, key = 1, ""
        for event, value in events:
            if event in ("start_map", "start_array"):
                depth += 1
                if depth > json_events.DEEPEST:
                    raise FileRefused("file_broken", form="JSON")
            elif event in ("end_map", "end_array"):
                depth -= 1
                if not depth:
                    break
            elif event == "map_key":
                key = value
            elif not found:
                if key == "npi":
                    found = _whole(value) in self._providers.npis
                elif key == "value" and isinstance(value, str):
                    found = _bare(value) in self._providers.tins or _whole(value) in self._providers.npis
        return found

    def _in_network(self, events: Events) -> None:
        for event, _ in events:
            if event == "end_array":
                return
            if event == "start_map":
                self._item(events)
            else:
                skip(events, event)

    def _item(self, events: Events) -> None:
        item = _Item(self.items)
        self.items += 1
        for event, key in events:
            if event == "end_map":
                break
            begun, value = next(events)
            if key == "billing_code":
                item.code = text(value_of(events, begun, value))
            elif key == "billing_code_type":
                item.kind = text(value_of(events, begun, value))
            elif key == "negotiation_arrangement":
                item.arrangement = text(value_of(events, begun, value))
            elif key == "negotiated_rates" and begun == "start_array" and self._may_be_ours(item):
                self._rates(events, item)
            else:
                skip(events, begun)
        if item.is_named:
            self._take(item)

    def _may_be_ours(self, item: _Item) -> bool:
        if not item.is_named:
            return True
        return self._wanted.match(item.code or "", item.kind or "")[0] is not None

    def _rates(self, events: Events, item: _Item) -> None:
        for number, (event, _) in enumerate(events):
            if event == "end_array":
                return
            if event != "start_map":
                skip(events, event)
                continue
            place = f"in_network[{item.number}].negotiated_rates[{number}]"
            item.rows += [_row(place, price) for price in self._prices(events, item)]
            if len(item.rows) > MOST_ROWS:
                raise FileRefused("file_too_many_rates", limit=MOST_ROWS)

    def _prices(self, events: Events, item: _Item) -> list[dict[str, Any]]:
        """Read one entry of an item's rates: its prices, if it is about a provider asked for."""
        is_ours = False
        found: list[Any] = []
        for event, key in events:
            if event == "end_map":
                break
            begun, value = next(events)
            if key == "provider_references" and begun == "start_array":
                is_ours = self._refers_to_ours(events) or is_ours
            elif key == "provider_groups" and begun == "start_array":
                is_ours = self._names_ours(events) or is_ours
            elif key == "negotiated_prices" and begun == "start_array":
                found = value_of(events, begun, value)
            else:
                skip(events, begun)
        prices = [price for price in found if isinstance(price, dict)]
        if is_ours:
            return prices
        item.elsewhere += len(prices)
        return []

    def _refers_to_ours(self, events: Events) -> bool:
        self._looked_up = True
        found = False
        for event, value in events:
            if event == "end_array":
                break
            if not found and event in ("number", "string"):
                found = _group(value) in self.groups
        return found

    def _take(self, item: _Item) -> None:
        code, ndc = self._wanted.match(item.code or "", item.kind or "")
        if code is None:
            return
        self.elsewhere += item.elsewhere
        is_bundled = item.arrangement not in (None, "ffs")
        rows = [row for row in item.rows if row.setting != "inpatient"]
        self.inpatient += len(item.rows) - len(rows)
        self.rows += [
            row._replace(code=code, ndc=ndc, doubt="arrangement_not_ffs" if is_bundled else row.doubt) for row in rows
        ]
        if len(self.rows) > MOST_ROWS:
            raise FileRefused("file_too_many_rates", limit=MOST_ROWS)


def _row(place: str, price: dict[str, Any]) -> PriceRow:
    """Read a price. Its code is the item's, which may come after it."""
    method, doubt = _METHODS.get(text(price.get("negotiated_type")) or "", (RateMethod.PER_UNIT, "method_unknown"))
    value = exact(price.get("negotiated_rate"))
    if value is None:
        doubt = "rate_unreadable"
    last_day = day_of(text(price.get("expiration_date")))
    places = texts(price.get("service_code"))
    return PriceRow(
        place=place,
        code=_OF_ITEM,
        ndc=None,
        method=method,
        value=value,
        doubt=doubt,
        setting=text(price.get("setting")),
        billing_class=text(price.get("billing_class")),
        places=() if _ANY_PLACE in places else places,
        modifiers=texts(price.get("billing_code_modifier")),
        last_day=None if last_day == _FOREVER else last_day,
        note=text(price.get("additional_information")),
    )


def _group(number: object) -> object:
    """Make group numbers comparable: 12, 12.0 and "12" are one."""
    if isinstance(number, str):
        return int(number) if number.isascii() and number.isdigit() and len(number) < 20 else number
    return number


def _whole(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 10:
        return int(value)
    return value if isinstance(value, int) else None


def _bare(tin: str) -> str:
    return tin.replace("-", "").strip()
