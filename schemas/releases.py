"""What is answered about official files: what one brings, and which were loaded."""

from schemas.answers import AnswerSchema, VersionedSchema, day, flag, number, part, parts, text, whole
from schemas.reference import listing


class FigureChangeSchema(AnswerSchema):
    """One figure of a file against what is on file."""

    kind = text()
    key = text()
    value = text("As the file prints it.", optional=True)
    on_file = text("As it is on file.", optional=True)


class ComparisonOfReleaseSchema(AnswerSchema):
    """A file's figures against those on file."""

    added = parts(FigureChangeSchema())
    changed = parts(FigureChangeSchema())
    dropped = parts(FigureChangeSchema())
    unchanged = whole()


class ReleaseWarningSchema(AnswerSchema):
    """Something about a file to look at before it is used."""

    code = text()
    key = text(null=True)
    percent = text(optional=True)
    usd_per_gram = number(optional=True)


class ReleaseSchema(VersionedSchema):
    """What an official file brings."""

    id = text("null for a dry run.", null=True)
    loaded = flag()
    kind = text()
    quarter = text("The quarter in which it begins.")
    effective_from = day()
    effective_to = day(null=True)
    release = whole("Which issue of the file for these days: CMS reissues some.")
    file_name = text()
    table = text("The table that was read, where the file is a zip.")
    sha256 = text()
    published_on = day(null=True)
    rows = whole()
    kept = whole("Rows of codes on file here.")
    skipped = whole("Rows of all other codes.")
    new_facts = whole("0 where everything is on file already.")
    same_quarter = part(ComparisonOfReleaseSchema(), "Against what is on file for the same quarter.")
    quarter_before = part(ComparisonOfReleaseSchema(), "Against the quarter before.")
    warnings = parts(ReleaseWarningSchema())


class LoadedReleaseSchema(AnswerSchema):
    """A file that was loaded."""

    id = text()
    kind = text()
    effective_from = day()
    effective_to = day(null=True)
    release = whole(null=True)
    file_name = text()
    sha256 = text()
    loaded_at = text()
    loaded_by = text("A key's first characters, or the command line.")
    new_facts = whole()
    version = text("The fact base that came of it.")


RELEASE = ReleaseSchema()
RELEASES = listing(LoadedReleaseSchema())
