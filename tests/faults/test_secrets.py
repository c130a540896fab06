"""What customers read out is nowhere afterwards: workspace, report, logs, Prefect, console."""

import csv
import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import SAMPLE, Centre, firstcall, make_centre, said

TRUTH = json.loads((SAMPLE / "truth.json").read_text())["contacts"]
SPOKEN = [secret for contact in TRUTH for secret in contact["secrets_spoken"]]
RECORDINGS = [
    recording["file"]
    for contact in TRUTH
    if contact["secrets_spoken"]
    for recording in contact["recordings"]
]
DIGITS_TOLD = 9  # of a card: more in a row, in any grouping, are not left by chance


@pytest.fixture(scope="module")
def ran(real_weights, tmp_path_factory) -> tuple[Centre, Path, str]:
    """A centre of the calls in which secrets are spoken: its workspace and what the run said."""
    centre = make_centre(tmp_path_factory.mktemp("secrets"), RECORDINGS)
    workspace = centre.folder / "workspace"
    done = firstcall(*centre.command(workspace), cwd=centre.folder)
    assert done.returncode == 0, said(done)
    assert f"heard                 {len(RECORDINGS)} recordings" in done.stdout
    status = firstcall("status", "--workspace", workspace, cwd=centre.folder)
    return centre, workspace, said(done) + said(status)


def _texts(workspace: Path, console: str) -> Iterator[tuple[str, str]]:
    """Everything that can be read, decompressed where it is compressed, with where it stands."""
    yield "console", console
    for path in sorted(workspace.rglob("*")):
        if not path.is_file():
            continue
        yield str(path), path.read_bytes().decode("latin-1")
        if path.suffix == ".db":
            yield from _cells(path)


def _cells(database: Path) -> Iterator[tuple[str, str]]:
    """Every cell of a database by itself: digits of neighbours are no number."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                for cell in row:
                    if isinstance(cell, bytes):
                        yield f"{database} {table}", _opened(cell)
                    elif isinstance(cell, str):
                        yield f"{database} {table}", cell


def _opened(payload: bytes) -> str:
    """A result as text, the words of a transcript one after the other without their times."""
    try:
        content = json.loads(zlib.decompress(payload))
    except (zlib.error, ValueError):
        return payload.decode("latin-1")
    return "\n".join(_strings(content))


def _strings(content: object) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        if "words" in content:
            yield " ".join(word["text"] for word in content["words"])
        for value in content.values():
            yield from _strings(value)
    elif isinstance(content, list):
        for value in content:
            yield from _strings(value)


def _grouped(digits: str) -> re.Pattern[str]:
    """The digits in any grouping: with blanks, dashes, dots, commas or line ends between them."""
    return re.compile(r"[\s.,\-()/]{0,3}".join(digits))


def _parts(digits: str, length: int) -> Iterator[str]:
    for start in range(len(digits) - length + 1):
        yield digits[start : start + length]


def test_the_sample_speaks_cards_numbers_and_an_address() -> None:
    assert sorted(secret["kind"] for secret in SPOKEN) == ["card"] * 4 + ["email"] + ["phone"] * 2


@pytest.mark.parametrize(
    "digits", [s["digits"] for s in SPOKEN if s["kind"] == "card"], ids=lambda d: f"...{d[-4:]}"
)
def test_no_card_number_is_anywhere_in_any_grouping(ran, digits: str) -> None:
    _, workspace, console = ran
    patterns = [_grouped(part) for part in _parts(digits, DIGITS_TOLD)]
    for place, text in _texts(workspace, console):
        assert not any(pattern.search(text) for pattern in patterns), place


def test_no_spoken_telephone_number_is_left_in_what_was_heard(ran) -> None:
    _, workspace, console = ran
    numbers = [secret["digits"] for secret in SPOKEN if secret["kind"] == "phone"]
    patterns = [_grouped(number.removeprefix("0")) for number in numbers]
    for place, text in _texts(workspace, console):
        if place.endswith(("firstcall.db recordings", "firstcall.db files", "firstcall.db legs")):
            continue  # paths stay in the store: file names carry numbers, see DESIGN.md, 7
        if Path(place).suffix == ".db" or place.endswith(("-wal", "-shm")):
            continue  # read cell by cell
        assert not any(pattern.search(text) for pattern in patterns), place


def test_no_spoken_address_is_left(ran) -> None:
    _, workspace, console = ran
    (email,) = (secret for secret in SPOKEN if secret["kind"] == "email")
    spelt = [re.escape(email["value"]), r"ben\W{0,3}white\W{0,3}(at|@)\W{0,3}example"]
    for place, text in _texts(workspace, console):
        for pattern in spelt:
            assert not re.search(pattern, text, flags=re.IGNORECASE), place


def test_the_calls_were_heard_and_say_where_something_was_hidden(ran) -> None:
    _, workspace, _ = ran
    heard = "\n".join(
        text for place, text in _cells(workspace / "firstcall.db") if place.endswith("results")
    )
    for placeholder in ("[CARD]", "[PHONE]", "[EMAIL]"):
        assert placeholder in heard


def test_customer_ids_and_numbers_of_the_contact_list_are_kept_as_hashes_only(ran) -> None:
    centre, workspace, console = ran
    with centre.contacts.open(newline="") as file:
        rows = list(csv.DictReader(file))
    numbers = {re.sub(r"\D", "", row["ANI"])[-9:] for row in rows} - {""}
    ids = {row["ClientId"].strip() for row in rows} - {""}
    assert len(numbers) >= 5
    patterns = [_grouped(number) for number in sorted(numbers)]
    for place, text in _texts(workspace, console):
        in_store = ".db" in place
        if not in_store:
            assert not any(pattern.search(text) for pattern in patterns), place
        elif place.endswith(("firstcall.db legs", "firstcall.db contacts", "firstcall.db threads")):
            unpathed = "" if "/" in text else text
            assert not any(pattern.search(unpathed) for pattern in patterns), place
            assert text not in ids, place


def test_the_contact_list_itself_is_not_copied(ran) -> None:
    centre, workspace, _ = ran
    names = {path.name for path in workspace.rglob("*") if path.is_file()}
    listed = centre.contacts.read_bytes()
    assert all(listed != path.read_bytes() for path in workspace.rglob("*") if path.is_file())
    assert "secret.key" in names
