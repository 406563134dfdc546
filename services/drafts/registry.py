"""The kinds of official files that can be loaded."""

from collections.abc import Callable, Mapping

from services.drafts import addendum_b, crosswalk, icd10cm, mue, payment_limits, physician_fees
from services.drafts.model import Draft

DRAFTS: Mapping[str, Callable[..., Draft]] = {
    "payment_limits": payment_limits.draft,
    "ndc_crosswalk": crosswalk.draft,
    "physician_fee_schedule": physician_fees.draft,
    "opps_addendum_b": addendum_b.draft,
    "mue": mue.draft,
    "icd10cm": icd10cm.draft,
}
