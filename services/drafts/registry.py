"""The kinds of official files that can be loaded."""

from collections.abc import Callable, Mapping

from services.drafts import payment_limits
from services.drafts.model import Draft

DRAFTS: Mapping[str, Callable[..., Draft]] = {
    "payment_limits": payment_limits.draft,
}
