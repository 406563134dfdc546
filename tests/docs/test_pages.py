"""The documentation is tested: generated pages are fresh, commands exist, README's request is answered."""

import json
import re
from datetime import date

import pytest

from app import create_app
from docs import generate
from schemas.estimates import ESTIMATE_REQUEST
from schemas.json_reading import read_object
from services.config import SETTINGS, Config
from storage.database import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
PAGES = generate.pages()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_fresh(name):
    assert (generate.FOLDER / name).read_text(encoding="utf-8") == PAGES[name], "run make docs"


def test_every_make_target_in_the_readme_exists():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")

    for target in set(re.findall(r"`make ([a-z]+)`", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_request_of_the_readme_can_be_read():
    body = re.search(r"-d '(\{.*?\})' \|", README, re.DOTALL)
    assert body is not None

    request = ESTIMATE_REQUEST.read_request(read_object(body[1].encode()), today=date(2026, 11, 21))

    assert request.therapy.diagnosis == "G61.81"


def test_the_answer_shown_in_the_readme_is_json():
    shown = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    assert shown is not None

    assert json.loads(shown[1])["summary"]["infusion_days"] == 18


def test_every_setting_is_in_the_settings_page():
    for setting in SETTINGS:
        assert f"`{setting.variable}`" in PAGES["settings.md"]


@pytest.mark.parametrize(
    "page", [*sorted((PROJECT / "docs").rglob("*.md")), PROJECT / "README.md"], ids=lambda path: path.name
)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


COMMANDS = re.compile(r"(?:\.venv/bin/)?\bflask ((?:[a-z]+ ?){1,2})")


def test_every_command_in_the_documentation_exists():
    commands = create_app(Config(database_url="sqlite://", log_level="ERROR")).cli.commands
    known = set(commands)
    for group, command in commands.items():
        known |= {f"{group} {name}" for name in getattr(command, "commands", ())}
    for page in [*(PROJECT / "docs" / "how-to").rglob("*.md"), PROJECT / "README.md"]:
        for found in COMMANDS.findall(page.read_text(encoding="utf-8")):
            words = found.split()
            assert words[0] in known, (page.name, found)
            if getattr(commands[words[0]], "commands", None) and len(words) > 1:
                assert " ".join(words[:2]) in known, (page.name, found)


@pytest.mark.parametrize("page", sorted((PROJECT / "docs" / "how-to").glob("*.md")), ids=lambda path: path.name)
def test_commands_to_copy_name_the_environment_they_run_in(page):
    text = page.read_text(encoding="utf-8")

    assert "$ flask" not in text
    assert "DATABASE_URL" in text or ".venv/bin/flask" not in text
