"""Who may import whom: the contracts in ``pyproject.toml``, and the two doors that are single files."""

import ast
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
DOORS = {
    "app": (),
    "cli": ("app.py",),
    "cli_contracts": ("cli.py",),
    "cli_policies": ("cli.py",),
    "cli_reference": ("cli.py",),
    "cli_support": ("cli.py", "cli_contracts.py", "cli_policies.py", "cli_reference.py"),
}
"""Which of our files may import the module."""


def modules_imported_by(text):
    """List the first words of all modules that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_the_import_contracts_are_kept():
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    result = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout + result.stderr


def test_nothing_imports_the_doors(python_files):
    found = [
        f"{file} imports {door}"
        for file, text in python_files.items()
        if not file.startswith(("tests/", "bench/"))
        for door in modules_imported_by(text) & DOORS.keys()
        if file not in DOORS[door]
    ]

    assert found == []
