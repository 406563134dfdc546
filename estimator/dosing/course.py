"""One course of therapy in whole milligrams."""

from decimal import Decimal
from typing import NamedTuple

from estimator.model.order import Dose, DosePer, Therapy
from estimator.model.quantities import MG_PER_GRAM, DoseUnit, Milligrams, plain


class Course(NamedTuple):
    """One course: milligrams for each of its consecutive days. ``cap_mg`` is the most of it, if one was set."""

    mg_per_day: tuple[Milligrams, ...]
    cap_mg: Milligrams | None = None

    @property
    def mg(self) -> int:
        """Milligrams of the whole course."""
        return sum(self.mg_per_day)

    def most_mg(self, mg: Milligrams) -> Milligrams | None:
        """Give the most that a day of ``mg`` may be rounded up to; ``None`` where the course has no cap.

        What the cap leaves above the whole course is shared out evenly, so that all days together stay within it.
        """
        if self.cap_mg is None:
            return None
        return Milligrams(mg + max(self.cap_mg - self.mg, 0) // len(self.mg_per_day))


def split_course(total: Milligrams, days: int) -> Course:
    """Split a course over consecutive days as evenly as whole milligrams allow; the grams never change."""
    share, rest = divmod(total, days)
    return Course(tuple(Milligrams(share + (1 if day < rest else 0)) for day in range(days)))


def exact_mg(dose: Dose, weight_kg: Decimal | None) -> Decimal | None:
    """Give a dose in exact milligrams; ``None`` for a dose per kg without a weight."""
    amount = dose.amount * MG_PER_GRAM if dose.unit in (DoseUnit.G, DoseUnit.G_PER_KG) else dose.amount
    if not dose.unit.is_per_kg:
        return amount
    return None if weight_kg is None else amount * weight_kg


def grams_per_kg_text(mg_per_kg: Decimal) -> str:
    """Write milligrams per kg as grams per kg."""
    return plain((mg_per_kg / MG_PER_GRAM).quantize(Decimal("0.0001")))


def ordered_mg_per_kg(therapy: Therapy) -> Decimal | None:
    """Give the ordered dose in milligrams per kg and course where the order itself says it per kg."""
    dose = therapy.dose
    if dose is None or not dose.unit.is_per_kg:
        return None
    per_kg = dose.amount * MG_PER_GRAM if dose.unit is DoseUnit.G_PER_KG else dose.amount
    return per_kg * (therapy.days_per_course or 1) if dose.per is DosePer.DAY else per_kg
