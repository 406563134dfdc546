"""Which kind of price file is it, and what does it say of our codes?"""

import re
from pathlib import Path

from schemas.pricefiles import hospital_csv, hospital_json, in_network
from schemas.pricefiles.containers import FileRefused
from schemas.pricefiles.in_network import Providers
from schemas.pricefiles.price_rows import PriceFile, Wanted
from schemas.pricefiles.streams import Watcher, opened

LOOKED_AT_BYTES = 64 * 1024
_HOSPITAL = re.compile(rb'"(hospital_name|standard_charge_information|license_information)"').search
_PAYER = re.compile(rb'"(reporting_entity_name|reporting_entity_type|in_network|provider_references)"').search


def read(
    path: Path, wanted: Wanted, providers: Providers | None = None, *, watcher: Watcher | None = None
) -> PriceFile:
    """Read a hospital's or a payer's price file to its end, whichever it is.

    A payer's file holds the prices of thousands of providers, so whose are wanted must be said. ``watcher`` is told
    how far it has come. Raises ``FileRefused``; then nothing of it is used.
    """
    with opened(path) as stream:
        beginning = stream.peek(LOOKED_AT_BYTES)
    if not beginning.lstrip().startswith(b"{"):
        return hospital_csv.read(path, wanted, watcher=watcher)
    if _HOSPITAL(beginning):
        return hospital_json.read(path, wanted, watcher=watcher)
    if not _PAYER(beginning):
        raise FileRefused("file_not_price_file")
    if providers is None or not (providers.npis or providers.tins):
        raise FileRefused("file_needs_provider", pointer="?npi")
    return in_network.read(path, wanted, providers, watcher=watcher)
