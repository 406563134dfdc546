"""What a file brings, in lines for the command line."""

from collections.abc import Iterator, Mapping

from services.drafts.model import Document


def release_lines(report: Document) -> Iterator[str]:
    """Say what a file brings, change by change."""
    loaded = "loaded" if report["loaded"] else "dry run: nothing was changed"
    yield f"{report['kind']} {report['quarter']}, release {report['release']}: {loaded}"
    yield f"{report['rows']} rows, {report['kept']} of codes on file here; {report['new_facts']} new facts"
    for name, title in (("same_quarter", "what is on file for these days"), ("quarter_before", "the quarter before")):
        shows_all = name == "quarter_before" or bool(report["new_facts"])
        yield from _comparison_lines(title, report[name], shows_all=shows_all)
    warnings = report["warnings"]
    for warning in warnings if isinstance(warnings, list) else ():
        yield "warning: " + " ".join(str(part) for part in warning.values() if part is not None)


def _comparison_lines(title: str, compared: object, *, shows_all: bool) -> Iterator[str]:
    if not isinstance(compared, Mapping):
        return
    counts = ", ".join(f"{len(compared[each])} {each}" for each in ("added", "changed", "dropped"))
    yield f"against {title}: {counts}, {compared['unchanged']} unchanged"
    for each in ("added", "changed", "dropped") if shows_all else ():
        for change in compared[each]:
            values = " -> ".join(str(change[side]) for side in ("on_file", "value") if side in change)
            yield f"  {each} {change['kind']} {change['key']} {values}"
