"""What it costs to hold one order against ten policy documents, in processor time of one process."""

import statistics
import time
from datetime import date
from decimal import Decimal

from estimator import coverage
from estimator.coverage.policies import read_policies
from estimator.coverage.situation import Situation
from estimator.model.codes import Payer, Route, Site
from estimator.reference.book import ReferenceBook
from estimator.reference.build import build
from storage import seed_files
from storage.database import PROJECT

GOAL_MS = 1.0
ROUNDS = 200
POLICIES = (
    "aetna.cpb_0206",
    "bcbsnd.ig",
    "bcbsnd.ig_by_condition",
    "premera.ig",
    "cigna.5026",
    "evicore.ig",
    "magellan.eh0071",
    "medmutual.gamunexc",
    "anthem.cg_med_83",
    "hcsc.ig",
)
ORDER = Situation(
    state="ND",
    route=Route.IV,
    site=Site.HOSPITAL_OUTPATIENT,
    diagnosis="G61.81",
    indication="cidp",
    condition=None,
    product_id="gamunex-c",
    age_years=54,
    mg_per_kg=Decimal(1000),
    mg_per_course=Decimal(70000),
    interval_days=Decimal(21),
    on=date(2026, 12, 1),
    as_of=date(2026, 11, 21),
)
GIVEN = {"edx_demyelination": True, "moderate_to_severe_disability": True, "disease_duration": Decimal(6)}


def milliseconds(book: ReferenceBook) -> float:
    """Measure one evaluation of ten documents: the median of many."""
    reading = coverage.label_status(
        ORDER.product_id, indication=ORDER.indication, route=ORDER.route, age_years=54, on=ORDER.on, book=book
    )
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        found = read_policies(ORDER, payer=Payer.COMMERCIAL, named=POLICIES, given=GIVEN, reading=reading, book=book)
        taken.append((time.process_time() - begun) * 1000)
    if len(found.judged) != len(POLICIES):
        raise RuntimeError("not every document has a version on the day")
    return statistics.median(taken)


def main() -> None:
    """Measure and print."""
    seed = seed_files.read(PROJECT / "seed_data")
    book = build(seed.facts, seed.sources, seed.diagnosis_codes, version="bench")
    print(f"ten policy documents for one order: {milliseconds(book):.2f} ms (goal: under {GOAL_MS:.0f} ms)")
