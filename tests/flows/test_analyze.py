"""Contacts that are text: the whole way, beside the calls of the same centre."""

import json
import shutil
import zlib
from pathlib import Path

import polars as pl
import pytest
from harness import Centre, firstcall, kept_in, make_centre, measures_of, said, too_open
from polars.testing import assert_frame_equal

from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.written import is_messages, is_recording

pytestmark = [pytest.mark.weights, pytest.mark.slow]

SECRETS = (
    *("4111 1111", "41111111", "5500 0000", "55000000", "jane.doe", "example.com"),
    *("7946 0123", "79460123", "K-1", "K-30", "4711-22-8395", "4711228395"),
)
"""Of cards, e-mail, a telephone number, customers and an order, as in `_contacts` and bare."""

LATE = "My parcel has not arrived. The order number is 4711-22-8395 and it is three days late."


def _contacts() -> list[dict]:
    """Twenty of two channels: one customer writes twice about an order, one about two things."""
    found = [
        _chat("C-01", "K-1", 1, LATE, "My card is 4111 1111 1111 1111, do you need it?"),
        _mail("M-01", "K-1", 4, f"Hello, I wrote to you on Tuesday about this. {LATE} Please "
              "answer to jane.doe@example.com or call me on 020 7946 0123.\n\n"
              "On Tue, 1 Sep 2026 Anna wrote:\n> The card was 5500 0000 0000 0004."),
        _chat("C-02", "K-2", 2, "I was charged twice on my last bill and I want a refund."),
        _mail("M-02", "K-2", 5, "The screen of my new laptop flickers since I switched it on."),
    ]  # fmt: skip
    for number in range(8):
        hours = "Can you tell me the opening hours of your London store?"
        found.append(_chat(f"C-{number + 10}", f"K-{number + 10}", number + 6, hours))
        bill = "There is a charge on my bill that I do not understand."
        found.append(_mail(f"M-{number + 10}", f"K-{number + 30}", number + 6, bill))
    return found


def _chat(contact_id: str, customer: str, day: int, *says: str) -> dict:
    turns = [{"role": "agent", "text": "Hello, how can I help you?"}]
    turns += [{"role": "customer", "text": text} for text in says]
    turns += [{"role": "agent", "text": "I have sorted that out for you. Goodbye."}]
    return _base(contact_id, customer, day) | {"channel": "chat", "turns": turns}


def _mail(contact_id: str, customer: str, day: int, text: str) -> dict:
    return _base(contact_id, customer, day) | {"channel": "email", "role": "customer", "text": text}


def _base(contact_id: str, customer: str, day: int) -> dict:
    started_at = f"2026-09-{day:02d}T10:00:00Z"
    return {"contact_id": contact_id, "customer_id": customer, "started_at": started_at}


def _write(path: Path, contacts: list[dict], *more: str) -> Path:
    path.write_text("\n".join([*(json.dumps(one) for one in contacts), *more]) + "\n")
    return path


def _lines(out: Path) -> dict[str, dict]:
    lines = map(json.loads, (out / "insights.jsonl").read_text().splitlines())
    return {line["contact_id"]: line for line in lines}


def _whatever_is_kept(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


class _Texts:
    """A centre's texts, analysed into a workspace, with two lines that can't be used."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.folder, self.workspace, self.out = folder, folder / "workspace", folder / "out"
        self.env = env
        self.file = _write(folder / "texts.jsonl", _contacts(), "{broken", '{"contact_id": "X"}')
        self.first = self.run()

    def run(self, *more: str):
        given = ["--text", self.file, "--out", self.out, "--workspace", self.workspace, *more]
        return firstcall("analyze", *given, cwd=self.folder, env=self.env)


@pytest.fixture(scope="module")
def texts(real_weights, prefect_server, tmp_path_factory) -> _Texts:
    made = _Texts(tmp_path_factory.mktemp("texts"), prefect_server)
    assert made.first.returncode == 1, said(made.first)
    return made


def test_every_contact_has_its_line_and_what_cannot_be_used_its_reason(texts) -> None:
    lines = _lines(texts.out)
    assert list(lines)[:4] == ["C-01", "C-02", "M-01", "M-02"], "by start and id"
    assert len(lines) == 20
    assert {line["read_from"] for line in lines.values()} == {"text"}
    assert lines["C-02"]["topics"][0]["topic"].startswith("billing")
    assert lines["M-01"]["claims"], "she says that she wrote on Tuesday"
    refused = pl.read_csv(texts.out / "quarantine.csv")["item"].to_list()
    assert refused == ["texts.jsonl line 21", "texts.jsonl line 22"]
    assert "20 contacts" in texts.first.stdout


def test_quotes_have_the_number_of_a_message_and_no_seconds(texts) -> None:
    issue = _lines(texts.out)["C-01"]["issue"]
    assert (issue["role"], issue["message"]) == ("customer", 2)
    text = (texts.out / "insights.jsonl").read_text()
    assert "start_s" not in text and "at_s" not in text
    page = (texts.out / "index.html").read_text()
    assert "Customer, message 2 in <cite>texts.jsonl line 1</cite>" in page
    contacts = pl.read_csv(texts.out / "contacts.csv")
    assert contacts["issue_at_s"].null_count() == contacts.height
    assert contacts["issue_message"].null_count() < contacts.height


def test_repeats_across_channels_are_one_issue_and_other_matters_are_not(texts) -> None:
    threads = pl.read_csv(texts.out / "threads.csv")
    sizes = dict(threads.select("contact_id", "contacts_in_thread").iter_rows())
    assert (sizes["C-01"], sizes["M-01"]) == (2, 2)
    assert (sizes["C-02"], sizes["M-02"]) == (1, 1)
    measures = json.loads((texts.out / "measures.json").read_text())
    assert measures["coverage"]["texts_read"] == measures["coverage"]["contacts"] == 20
    assert measures["coverage"]["recordings"] == measures["coverage"]["audio_hours"] == 0


def test_personal_data_is_nowhere(texts) -> None:
    kept = _whatever_is_kept(texts.workspace) + _whatever_is_kept(texts.out)
    with _open(texts) as store:
        keys = [one for one in store.linked.read()[0]["entity_keys"].explode() if one]
        kept += repr(kept_in(store).results.keys()).encode()
        kept += b"".join(_plain(payload) for payload in kept_in(store).results.values())
    assert keys, "the order's number lives on as a key"
    assert b"[CARD]" in kept and b"[EMAIL]" in kept
    assert [secret for secret in SECRETS if secret.encode() in kept] == []
    assert too_open(texts.workspace) == []


def test_the_same_command_again_reads_nothing_and_gives_the_same(texts) -> None:
    before = _lines(texts.out), measures_of(texts.out / "index.html")
    with _open(texts) as store:
        kept = kept_in(store)
    again = texts.run()
    assert "read                  0 contacts" in again.stdout, said(again)
    assert "skipped, done before  20" in again.stdout
    with _open(texts) as store:
        kept_now = kept_in(store)
    assert (_lines(texts.out), measures_of(texts.out / "index.html")) == before
    assert kept_now.results == kept.results
    for now, then in zip(kept_now.linked, kept.linked, strict=True):
        assert_frame_equal(now, then)


def test_a_changed_contact_is_read_again_and_the_others_are_not(texts, tmp_path) -> None:
    copy = shutil.copytree(texts.workspace, tmp_path / "workspace")
    changed = _contacts()[:4]
    changed[3]["text"] = "Where can I send the laptop back to?"
    file = _write(tmp_path / "later.jsonl", changed)
    given = ["--text", file, "--out", tmp_path / "out", "--workspace", copy]
    done = firstcall("analyze", *given, cwd=tmp_path, env=texts.env)
    assert done.returncode == 0, said(done)
    assert "read                  1 contacts" in done.stdout
    assert "skipped, done before  3" in done.stdout
    lines = _lines(tmp_path / "out")
    assert list(lines) == ["C-01", "C-02", "M-01", "M-02"]
    assert "send the laptop back" in json.dumps(lines["M-02"])
    assert pl.read_csv(tmp_path / "out" / "contacts.csv").height == 20


def test_without_a_workspace_nothing_stays_but_what_is_in_out(
    real_weights, prefect_server, tmp_path
) -> None:
    file = _write(tmp_path / "texts.jsonl", _contacts()[:2])
    done = firstcall(
        "analyze", "--text", file, "--out", tmp_path / "out", cwd=tmp_path, env=prefect_server
    )
    assert done.returncode == 0, said(done)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("contacts.csv", "index.html", "insights.jsonl"),
        *("measures.json", "quarantine.csv", "threads.csv"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "texts.jsonl"]


def test_a_call_and_a_chat_of_one_customer_are_one_issue_whichever_comes_first(
    real_weights, prefect_server, tmp_path
) -> None:
    centre = make_centre(tmp_path / "centre", ["call-0035.opus"])
    chat = _chat(
        "CH-1", "20190", 28, "I bought a fridge from you two years ago. Is it still under warranty?"
    )
    file = _write(tmp_path / "chats.jsonl", [chat])
    calls_first = _mixed(centre, file, tmp_path / "a", prefect_server, "run", "analyze")
    texts_first = _mixed(centre, file, tmp_path / "b", prefect_server, "analyze", "run")
    assert calls_first == texts_first


def _mixed(centre: Centre, file: Path, folder: Path, env: dict[str, str], *order: str):
    """Threads and measures of a workspace that holds a call and a chat, checked for both."""
    folder.mkdir()
    workspace, out = folder / "workspace", folder / "out"
    given = ["--text", file, "--out", out, "--settings", centre.settings_file]
    commands = {
        "run": centre.command(workspace),
        "analyze": ["analyze", *given, "--workspace", workspace],
    }
    for name in order:
        done = firstcall(*commands[name], cwd=folder, env=env)
        assert done.returncode == 0, said(done)
    with centre.open(workspace) as store:
        contacts, _, threads = store.linked.read()
    ids = contacts["recording_ids"].explode().to_list()
    assert sorted((is_recording(one), is_messages(one)) for one in ids) == [
        (False, True),
        (True, False),
    ]
    assert threads["thread_id"].n_unique() == 1, "the same issue over two channels"
    assert contacts.sort("contact_id")["medium"].to_list() == ["chat", "call"]
    (page,) = (
        workspace.glob("reports/*/index.html") if order[-1] == "run" else (out / "index.html",)
    )
    coverage = json.loads((page.parent / "measures.json").read_text())["coverage"]
    assert (coverage["recordings_heard"], coverage["texts_read"]) == (1, 1)
    ids_only = threads.sort("position").drop("customer_key")  # each workspace has its own secret
    return ids_only.rows(), measures_of(page)


def _open(texts: _Texts):
    return Store.open(texts.workspace, Settings(), create=False)


def _plain(payload: bytes) -> bytes:
    return zlib.decompress(payload)
