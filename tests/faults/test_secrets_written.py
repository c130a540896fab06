"""Whatever kind of secret a customer writes in a chat, it is nowhere afterwards."""

import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness import firstcall, said

TURNS = (
    ("agent", "Hello, can I take your date of birth and the postcode?"),
    ("customer", "It's the 14th of March 1961 and the postcode is LS17 8QD."),
    ("agent", "And your national insurance number?"),
    ("customer", "QQ 12 34 56 C. Please refund order 55120 to GB29 NWBK 6016 1331 9268 19."),
    (
        "customer",
        "Or to my card, four five three nine, 1488 0343 6467. My password was Sunflower77.",
    ),
    ("customer", "Call me on 07700 900417 or write to jane.hollis@example.com."),
)
SECRETS = {
    "birth date": r"14th.{0,4}of.{0,4}march|march.{0,4}1961",
    "postcode": r"ls17\W{0,3}8qd",
    "national id": r"12\W{0,3}34\W{0,3}56",
    "iban": r"nwbk|6016\W{0,3}1331",
    "card": r"1488\W{0,3}0343",
    "password": r"sunflower",
    "phone": r"900\W{0,3}417",
    "e-mail": r"hollis",
}


def _texts(folder: Path, console: str) -> Iterator[tuple[str, str]]:
    """All that can be read under a folder: files, and every cell of a database, decompressed."""
    yield "console", console
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "texts.jsonl"):
        yield str(path), path.read_bytes().decode("latin-1")
        if path.suffix == ".db":
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
                names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                for (table,) in names.fetchall():
                    for row in connection.execute(f'SELECT * FROM "{table}"'):
                        yield f"{path} {table}", "\n".join(map(_opened, row))


def _opened(cell: object) -> str:
    if not isinstance(cell, bytes):
        return str(cell)
    try:
        content = json.loads(zlib.decompress(cell))
    except (zlib.error, ValueError):
        return cell.decode("latin-1")
    return json.dumps(content, ensure_ascii=False)


@pytest.fixture(scope="module")
def analysed(real_weights, prefect_server, tmp_path_factory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("written")
    turns = [{"role": role, "text": text} for role, text in TURNS]
    contact = {"contact_id": "C-1", "started_at": "2026-09-14T09:12:00Z", "turns": turns}
    (folder / "texts.jsonl").write_text(json.dumps(contact) + "\n")
    given = ["--text", "texts.jsonl", "--out", "out", "--workspace", "workspace"]
    done = firstcall("analyze", *given, cwd=folder, env=prefect_server)
    assert done.returncode == 0, said(done)
    return folder, said(done)


def test_what_was_written_is_there_with_placeholders(analysed) -> None:
    folder, console = analysed
    kept = "\n".join(text for _, text in _texts(folder, console))
    kinds = ("BIRTH_DATE", "ADDRESS", "NATIONAL_ID", "ORDER", "ACCOUNT", "CARD", "CODE", "PHONE")
    assert [kind for kind in (*kinds, "EMAIL") if f"[{kind}]" not in kept] == []


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_of_any_kind_is_anywhere(analysed, kind: str) -> None:
    folder, console = analysed
    told = re.compile(SECRETS[kind], re.IGNORECASE)
    assert any(told.search(text) for _, text in TURNS), "the customer told it"
    assert [place for place, text in _texts(folder, console) if told.search(text)] == []
