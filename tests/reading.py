"""Reading case files: a list of cases, each with a name that reads as a sentence."""

from pathlib import Path

import pytest
import yaml

CASES = Path(__file__).resolve().parent / "cases"


def read(name, section=None):
    """Read the cases of a file, or of one of its sections."""
    found = yaml.load((CASES / f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found if section is None else found[section]


def each(name, section=None, called="name"):
    """Give the cases as parameters of a test, named by their sentence."""
    return [pytest.param(case, id=case[called]) for case in read(name, section)]


def at(document, path):
    """Look at a place of a document, such as ``lines.0.code``."""
    for step in path.split("."):
        document = document[int(step)] if isinstance(document, list | tuple) else document[step]
    return document
