"""Codes and parameters → sentences, in English or Spanish. No number, code or word of the contract ever changes."""

from collections.abc import Iterable, Mapping

from estimator.model.money import Cents, text
from services.runtime import Runtime

Params = Iterable[tuple[str, str]]


class _Params(dict[str, str]):
    """Parameters of a sentence; one that a sentence names and nobody gave stays visible as its name."""

    def __missing__(self, name: str) -> str:
        return name.replace("_", " ")


class Wording:
    """The sentences of one language."""

    def __init__(self, runtime: Runtime, language: str) -> None:
        self._sections: Mapping[str, object] = runtime.texts[language]
        self.language = language

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wording) and other._sections is self._sections

    def __hash__(self) -> int:
        return id(self._sections)

    def sentence(self, section: str, code: str, params: Params = ()) -> str:
        """Render the sentence of a code; a code without a sentence is answered by itself."""
        found = self._entries(section).get(code)
        return found.format_map(self._said(params)) if isinstance(found, str) else code

    def part(self, section: str, code: str, name: str, params: Params = ()) -> str | None:
        """Render one of several sentences kept for a code, such as a flag's ``next_step``."""
        entry = self._entries(section).get(code)
        found = entry.get(name) if isinstance(entry, Mapping) else None
        return found.format_map(self._said(params)) if isinstance(found, str) else None

    def _said(self, params: Params) -> _Params:
        """Put the field's words for the contract's: ``physician_office`` becomes a doctor's office."""
        words = self._entries("words")
        said = _Params()
        for name, value in params:
            parts = value.split(", ") if "_" in value or "." in value else ()
            said[name] = ", ".join(str(words.get(part, part)) for part in parts) if parts else value
        return said

    def _entries(self, section: str) -> Mapping[str, object]:
        found = self._sections.get(section)
        return found if isinstance(found, Mapping) else {}


def dollars(amount: Cents) -> str:
    """Write an amount for a sentence: ``$2,979.80``."""
    whole, cents = divmod(amount, 100)
    return f"${whole:,}.{cents:02d}" if amount >= 0 else f"-{dollars(Cents(-amount))}"


def money(amount: Cents | None) -> str | None:
    """Write an amount for a document; unknown stays ``None``."""
    return None if amount is None else text(amount)
