"""The pages tell of everything there is, and of nothing that isn't."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from flows.cli import app
from pipeline.ingest.columns import ALIASES
from pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
TEXT = {page: page.read_text("utf-8") for page in PAGES}
ALL = "\n".join(TEXT.values())

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def _commands() -> Iterator[tuple[str, object]]:
    """Every command by what one types, with its click command."""
    waiting = [("firstcall", typer.main.get_command(app))]
    while waiting:
        name, command = waiting.pop()
        parts = getattr(command, "commands", {})
        waiting += [(f"{name} {part}", one) for part, one in parts.items()]
        if not parts:
            yield name, command


COMMANDS = sorted(_commands(), key=lambda named: named[0])


def test_there_are_commands_and_pages() -> None:
    assert {"firstcall run", "firstcall models fetch"} <= {name for name, _ in COMMANDS}
    assert ROOT / "README.md" in TEXT and ROOT / "docs" / "index.md" in TEXT


@pytest.mark.parametrize("name", [name for name, _ in COMMANDS])
def test_every_command_is_in_the_readme(name: str) -> None:
    group, _, last = name.rpartition(" ")
    readme = TEXT[ROOT / "README.md"]
    assert name in readme or re.search(rf"`{re.escape(group)} .*`{last}`", readme)


@pytest.mark.parametrize(
    ("name", "option"),
    [
        (name, option)
        for name, command in COMMANDS
        for parameter in command.params
        if parameter.param_type_name == "option" and parameter.name != "help"
        for option in parameter.opts
        if option.startswith("--")
    ],
)
def test_every_option_is_on_a_page_that_names_its_command(name: str, option: str) -> None:
    told = re.compile(rf"(?<![\w-]){re.escape(option)}(?![\w-])")
    assert any(name in text and told.search(text) for text in TEXT.values())


def test_no_page_names_a_command_that_is_not_there() -> None:
    known = {word for name, _ in COMMANDS for word in name.split()[1:2]}
    said = set(re.findall(r"(?:`|bin/|^ {4}|\n {4})firstcall ([a-z]+)\b", ALL))
    assert {"run", "nightly"} <= said <= known


def test_settings_page_is_what_the_settings_are() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "settings_page.py"))
    shown = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert tool["page"](shown) == shown, "run .venv/bin/python tools/settings_page.py"


def test_every_setting_says_what_it_does() -> None:
    sections = {name: type(getattr(Settings(), name)) for name in Settings.model_fields}
    silent = [
        f"{section}.{name}"
        for section, model in sections.items()
        for name, field in model.model_fields.items()
        if not field.description
    ]
    assert not silent


def test_settings_that_pages_name_exist() -> None:
    sections = {name: type(getattr(Settings(), name)) for name in Settings.model_fields}
    said = re.findall(rf"`({'|'.join(sections)})\.([a-z_0-9]+)", ALL)
    files = {"py", "json", "toml", "md"}
    unknown = {f"{s}.{n}" for s, n in said if n not in sections[s].model_fields and n not in files}
    assert said and not unknown


def test_every_column_name_is_on_the_metadata_page() -> None:
    text = TEXT[ROOT / "docs" / "metadata.md"]
    rows = {found[1]: found[0] for found in re.finditer(r"^\| `(\w+)` \|.*$", text, re.MULTILINE)}
    assert set(rows) >= set(ALIASES)
    for field, names in ALIASES.items():
        assert all(f"`{name}`" in rows[field] for name in names), field


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(TEXT[page]):
        if target.startswith(("http://", "https://")):
            continue
        name, _, place = target.partition("#")
        file = (page.parent / name) if name else page
        assert file.exists(), target
        assert not place or place in _anchors(file), target


def _anchors(page: Path) -> set[str]:
    headings = _HEADING.findall(page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in headings}


def test_every_page_is_in_the_index() -> None:
    linked = set(_LINK.findall(TEXT[ROOT / "docs" / "index.md"]))
    assert {page.name for page in PAGES if page.parent.name == "docs"} - {"index.md"} <= linked


def test_make_targets_on_pages_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    said = set(re.findall(r"(?:`|^ {4}|\n {4})make ([a-z]+)\b", ALL))
    assert {"demo", "test"} <= said <= targets


def test_picture_of_the_report_is_small() -> None:
    picture = ROOT / "docs" / "report.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 300_000
