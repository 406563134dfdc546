"""The syntax trees of our own Python files."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("bench", "estimator", "schemas", "services", "storage", "tests", "web")


@pytest.fixture(scope="session")
def python_files():
    """Give every Python file of ours by its path in the project."""
    paths = [*PROJECT.glob("*.py"), *(path for folder in FOLDERS for path in (PROJECT / folder).rglob("*.py"))]
    return {path.relative_to(PROJECT).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


@pytest.fixture(scope="session")
def calculation(python_files):
    """Give the syntax trees of the calculation by path; the panel works on arrays and is not part of it."""
    return {
        file: ast.parse(text, filename=file)
        for file, text in python_files.items()
        if file.startswith("estimator/") and not file.startswith("estimator/panel")
    }
