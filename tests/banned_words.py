"""The words that no verdict of ours may hold: what promises, threatens or gives odds. In each language of the texts.

"FDA-approved" is a fact about a label, and what a caller entered ("approved") is no verdict.
"""

import re

BANNED = {
    "en": re.compile(
        r"\b(guaranteed|guarantees|will be (covered|denied|paid|approved)|will (pay|cover|deny|approve)|"
        r"(?<!FDA-)approved|chances?|likely|likelihood|odds|probability)\b",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"\b(garantiza\w*|(?:ser|estar)[áa]n? (cubiert|negad|denegad|rechazad|pagad|aprobad)[oa]s?|"
        r"(pagar|cubrir|negar|denegar|rechazar|aprobar)[áa]n?|aprobad[oa]s?(?! por la FDA)|probabilidad\w*)\b",
        re.IGNORECASE,
    ),
}
