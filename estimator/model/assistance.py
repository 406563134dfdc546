"""Help with the patient's share: a manufacturer's copay programme, a charity's grant, and how a plan counts it."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from estimator.model.codes import Category
from estimator.model.money import ZERO, Cents


class Counting(StrEnum):
    """What a plan does with a manufacturer's payment.

    Without a programme of its own it counts as the patient's; an accumulator counts nothing of it; a maximizer sets
    the drug's share to what the help gives, outside deductible and maximum.
    """

    NONE = "none"
    ACCUMULATOR = "accumulator"
    MAXIMIZER = "maximizer"
    UNKNOWN = "unknown"


class CopayProgram(NamedTuple):
    """A manufacturer's copay programme. ``annual_maximum`` is ``None`` where it is not known, ``NO_LIMIT`` for none.

    The patient pays ``patient_pays`` of each fill, all covered lines of one day together; the programme pays the rest,
    up to its maxima. ``is_auto`` says that the terms are to be those on file for the product.
    """

    annual_maximum: Cents | None
    per_fill_maximum: Cents | None = None
    patient_pays: Cents = ZERO
    covers: tuple[Category, ...] = (Category.DRUG,)
    on_label_only: bool = False
    is_auto: bool = False


class Grant(NamedTuple):
    """A charity's grant: an amount against what is left of the covered lines' shares, on the days it holds."""

    amount: Cents
    covers: tuple[Category, ...] = tuple(Category)
    first_day: date = date.min
    last_day: date = date.max


class Account(NamedTuple):
    """Money of the patient's own (HSA, FSA) or set aside by the employer (HRA): a source, never a reduction."""

    kind: str
    amount: Cents


class Assistance(NamedTuple):
    """The help that a caller names."""

    program: CopayProgram | None = None
    grant: Grant | None = None
    counting: Counting = Counting.UNKNOWN
    accounts: tuple[Account, ...] = ()

    @property
    def is_any(self) -> bool:
        """Say whether anybody helps."""
        return self.program is not None or self.grant is not None


NO_ASSISTANCE = Assistance()


class Help(NamedTuple):
    """Help whose every term is known, and what of it had been used by a day.

    ``used`` is of the programme in that day's calendar year, ``used_in_month`` in its month; ``granted`` is of the
    grant. Without a day nothing was said of the programme.
    """

    program: CopayProgram | None
    grant: Grant | None
    counting: Counting
    used: Cents = ZERO
    used_on: date | None = None
    used_in_month: Cents = ZERO
    granted: Cents = ZERO
