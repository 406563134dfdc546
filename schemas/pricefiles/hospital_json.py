"""A hospital's price file as JSON, item by item as it streams by."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schemas.pricefiles import json_events
from schemas.pricefiles.containers import FileRefused
from schemas.pricefiles.hospital_words import INPATIENT, Charge, Item, billing_class, check_version, paid, row
from schemas.pricefiles.json_events import Events, begin_object, exact, skip, text, texts, value_of
from schemas.pricefiles.price_rows import MOST_ROWS, FileHead, PriceFile, PriceRow, Wanted, day_of
from schemas.pricefiles.streams import Watcher, opened

_HEAD = ("hospital_name", "last_updated_on", "version")


def read(path: Path, wanted: Wanted, *, watcher: Watcher | None = None) -> PriceFile:
    """Read a file to its end. Raises ``FileRefused``; then nothing of it is used."""
    reading = _Reading(wanted)
    with opened(path, watcher=watcher) as stream:
        reading.run(json_events.events_of(stream))
    if not reading.has_items:
        raise FileRefused("file_without_rates")
    check_version(reading.head.get("version"))
    head = FileHead(
        "hospital_json",
        reading.head.get("version"),
        reading.head.get("hospital_name"),
        day_of(reading.head.get("last_updated_on")),
    )
    return PriceFile(head, reading.items, tuple(reading.rows), inpatient=reading.inpatient)


class _Reading:
    """One pass over the file."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self.head: dict[str, str] = {}
        self.rows: list[PriceRow] = []
        self.items = self.inpatient = 0
        self.has_items = False

    def run(self, events: Events) -> None:
        begin_object(events)
        for event, key in events:
            if event != "map_key":
                continue  # the end of the document; the parser sees to what may follow
            begun, value = next(events)
            if key == "standard_charge_information" and begun == "start_array":
                self.has_items = True
                self._items(events)
            elif key in _HEAD:
                found = text(value_of(events, begun, value))
                if found is not None:
                    self.head[key] = found
            else:
                skip(events, begun)

    def _items(self, events: Events) -> None:
        for event, _ in events:
            if event == "end_array":
                return
            if event == "start_map":
                self._item(events)
            else:
                skip(events, event)

    def _item(self, events: Events) -> None:
        """Read one item; its charges are passed over where its codes have been read and are none of ours."""
        number = self.items
        self.items += 1
        codes: tuple[str | None, str | None] | None = None
        drug: Any = None
        charges: Any = None
        for event, key in events:
            if event == "end_map":
                break
            begun, value = next(events)
            if key == "code_information":
                codes = self._codes(value_of(events, begun, value))
            elif key == "drug_information":
                drug = value_of(events, begun, value)
            elif key == "standard_charges" and (codes is None or codes[0] is not None):
                charges = value_of(events, begun, value)
            else:
                skip(events, begun)
        if codes is None or codes[0] is None or not isinstance(charges, list):
            return
        drug = drug if isinstance(drug, dict) else {}
        for place, charge in enumerate(charges):
            if isinstance(charge, dict):
                item = Item(
                    place=f"standard_charge_information[{number}].standard_charges[{place}]",
                    code=codes[0],
                    ndc=codes[1],
                    setting=(text(charge.get("setting")) or "").lower(),
                    modifiers=texts(charge.get("modifier_code")),
                    unit=exact(drug.get("unit")),
                    unit_kind=(text(drug.get("type")) or "").upper() or None,
                    billing_class=billing_class(text(charge.get("billing_class")) or ""),
                )
                self._take(item, charge)

    def _codes(self, listed: object) -> tuple[str | None, str | None]:
        """Find our billing code and NDC among an item's codes; a billing code goes before a National Drug Code."""
        code = ndc = None
        for entry in listed if isinstance(listed, list) else ():
            if not isinstance(entry, dict):
                continue
            found, found_ndc = self._wanted.match(
                text(entry.get("code")) or "", (text(entry.get("type")) or "").upper()
            )
            if found is not None and (code is None or found_ndc is None):
                code = found
            ndc = ndc or found_ndc
        return code, ndc

    def _take(self, item: Item, charge: dict[str, Any]) -> None:
        if item.setting == INPATIENT:
            self.inpatient += 1
            return
        self.rows += _rows(item, charge.get("payers_information"))
        if len(self.rows) > MOST_ROWS:
            raise FileRefused("file_too_many_rates", limit=MOST_ROWS)


def _rows(item: Item, payers: object) -> Iterator[PriceRow]:
    for payer in payers if isinstance(payers, list) else ():
        if not isinstance(payer, dict):
            continue
        charge = Charge(
            dollars=exact(payer.get("standard_charge_dollar")),
            percentage=exact(payer.get("standard_charge_percentage")),
            algorithm=text(payer.get("standard_charge_algorithm")),
            methodology=(text(payer.get("methodology")) or "").lower(),
            note=text(payer.get("additional_payer_notes")),
            paid=paid(
                exact(payer.get("median_amount")),
                exact(payer.get("10th_percentile")),
                exact(payer.get("90th_percentile")),
                text(payer.get("count")),
            ),
        )
        yield row(item, charge, payer=text(payer.get("payer_name")), plan=text(payer.get("plan_name")))
