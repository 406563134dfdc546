"""Fields for codes that others publish: diagnoses, drugs, packages, states. Shape only; what exists, the facts know."""

import re

from schemas.fields import Refused, StrictField

_ICD10 = re.compile(r"([A-Z][0-9][0-9A-Z])(?:\.?([0-9A-Z]{1,4}))?").fullmatch
_ICD9 = re.compile(r"[0-9]{3}(?:\.[0-9]{1,2})?|[0-9]{4,5}|E[0-9]{3}\.[0-9]|V[0-9]{2}(?:\.?[0-9]{1,2})?").fullmatch
_HCPCS = re.compile(r"[A-Z][0-9]{4}").fullmatch
_SERVICE = re.compile(r"[A-Z0-9][0-9]{3}[A-Z0-9]").fullmatch
_NDC = re.compile(r"([0-9]{4,5})-([0-9]{3,4})-([0-9]{1,2})").fullmatch

_STATES = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI
SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI
"""
STATES = frozenset(_STATES.split())


def dotted_icd10(text: str) -> str | None:
    """Write a diagnosis code in capitals with its dot, ``g6181`` as ``G61.81``; ``None`` if it is not of that shape."""
    found = _ICD10(text.strip().upper())
    if found is None:
        return None
    stem, rest = found.groups()
    return stem if rest is None else f"{stem}.{rest}"


class Icd10Field(StrictField[str]):
    """An ICD-10-CM diagnosis code in any case, with or without its dot."""

    def openapi(self) -> dict[str, object]:
        """Describe a diagnosis code."""
        return {"type": "string", "pattern": r"^[A-Za-z][0-9][0-9A-Za-z](\.?[0-9A-Za-z]{1,4})?$"}

    def read(self, value: object) -> str:
        """Read a diagnosis code into capitals with a dot."""
        if value in ("", []):
            raise Refused("required")
        if type(value) is not str:
            raise Refused("icd10_malformed")
        if _ICD9(value.strip().upper()) is not None:
            raise Refused("icd9_code")
        code = dotted_icd10(value)
        if code is None:
            raise Refused("icd10_malformed")
        return code


class HcpcsField(StrictField[str]):
    """A HCPCS level II code such as ``J1561``, in any case."""

    def openapi(self) -> dict[str, object]:
        """Describe a HCPCS code."""
        return {"type": "string", "pattern": "^[A-Za-z][0-9]{4}$"}

    def read(self, value: object) -> str:
        """Read a code into capitals."""
        if type(value) is str:
            code = value.strip().upper()
            if _HCPCS(code) is not None:
                return code
        raise Refused("hcpcs_malformed")


class ServiceCodeField(StrictField[str]):
    """A billing code of five places: CPT such as ``96375``, or HCPCS such as ``J1200``, in any case."""

    def openapi(self) -> dict[str, object]:
        """Describe a billing code."""
        return {"type": "string", "pattern": "^[A-Za-z0-9][0-9]{3}[A-Za-z0-9]$"}

    def read(self, value: object) -> str:
        """Read a code into capitals."""
        if type(value) is str:
            code = value.strip().upper()
            if _SERVICE(code) is not None:
                return code
        raise Refused("service_code_malformed")


def read_ndc(value: object) -> str:
    """Read a National Drug Code into its 5-4-2 form; ten digits without hyphens could be several codes: refused."""
    if type(value) is str:
        if len(value) == 11 and value.isascii() and value.isdigit():
            return f"{value[:5]}-{value[5:9]}-{value[9:]}"
        found = _NDC(value)
        if found is not None and sum(map(len, found.groups())) in (10, 11):
            labeler, product, package = found.groups()
            return f"{labeler:>05}-{product:>04}-{package:>02}"
    raise Refused("ndc_malformed")


class StateField(StrictField[str]):
    """A US state or territory by its two letters, in any case."""

    def openapi(self) -> dict[str, object]:
        """Describe a state."""
        return {"type": "string", "pattern": "^[A-Za-z]{2}$"}

    def read(self, value: object) -> str:
        """Read two letters into capitals."""
        if type(value) is str:
            state = value.upper()
            if state in STATES:
                return state
        raise Refused("state_unknown")
