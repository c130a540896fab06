"""Topics that people teach: training, corrections, suggestions, from the command line."""

import csv
import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from flows import finish, stages
from flows.cli import app
from flows.corrections import Correction, add_correction, corrected, read_corrections
from flows.options import workspace_settings
from pipeline import tables
from pipeline.errors import SettingsError
from pipeline.store.store import Store
from pipeline.store.workspace import Workspace

RUN = CliRunner()
TALKS = [
    ("a1", "My parcel hasn't arrived yet."),
    ("a2", "I want to cancel my gym membership."),
    ("a3", "Please cancel the gym membership I have."),
    ("a4", "Can you end my gym membership this month?"),
    ("a5", "How do I get rid of my gym membership?"),
]
LABELS = {
    "gym": ["cancel my gym membership", "end the gym contract", "leave the gym", "stop the gym"],
    "parcel?": ["parcel is late", "where is my parcel", "no parcel came", "parcel went missing"],
    "Pet food": [
        "my dog won't eat it",
        "the cat food is off",
        "order dog food",
        "pet food gone bad",
    ],
}


@pytest.fixture(scope="module")
def workspace(real_weights, prefect_server, tmp_path_factory) -> Path:
    """A workspace with chats that were analysed."""
    folder = tmp_path_factory.mktemp("topics")
    talks = folder / "chats.jsonl"
    lines = [
        {
            "contact_id": one,
            "customer_id": f"c{one}",
            "language": "en",
            "started_at": f"2026-03-1{n}T10:00:00Z",
            "messages": [{"role": "customer", "text": text}],
        }
        for n, (one, text) in enumerate(TALKS)
    ]
    talks.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = RUN.invoke(
        app, ["analyze", "--text", str(talks), "--out", str(folder / "o"), "-w", str(folder / "w")]
    )
    assert done.exit_code == 0, done.output
    return folder / "w"


def labels(file: Path) -> Path:
    with file.open("w", newline="") as lines:
        table = csv.writer(lines)
        table.writerow(["text", "topic"])
        table.writerows((text, topic) for topic, texts in LABELS.items() for text in texts)
    return file


def linked(workspace: Path) -> dict[str, tuple[str, list[str]]]:
    settings = workspace_settings(workspace)
    with Store.open(workspace, settings, create=False) as store:
        found = finish.link_all(store, settings, stages.remembered(store.workspace)).main.contacts
    return {one: (topic, topics) for one, topic, topics in found.select(
        "contact_id", "topic", "topics").iter_rows()}  # fmt: skip


@pytest.mark.weights
def test_a_correction_wins_and_stays(workspace: Path) -> None:
    assert linked(workspace)["a1"][0] == "delivery"
    for topic in ("payment", "refund"):
        done = RUN.invoke(app, ["tag", "a1", topic, "-w", str(workspace), "--by", "Ann"])
        assert done.exit_code == 0, done.output
    assert linked(workspace)["a1"] == ("refund", ["refund"])
    lines = (workspace / "corrections.csv").read_text().splitlines()
    assert lines[0] == "contact_id,topic,by,at" and [x[:14] for x in lines[1:]] == [
        "a1,payment,Ann", "a1,refund,Ann,",
    ]  # fmt: skip
    assert (workspace / "corrections.csv").stat().st_mode & 0o077 == 0
    RUN.invoke(app, ["tag", "a1", "unknown", "-w", str(workspace)])
    assert linked(workspace)["a1"][0] == "unknown"


@pytest.mark.weights
def test_a_correction_of_what_is_not_there_is_refused(workspace: Path) -> None:
    for words, says in ((["a1", "no_topic"], "is no topic"), (["zz", "refund"], "is no contact")):
        done = RUN.invoke(app, ["tag", *words, "-w", str(workspace)])
        assert done.exit_code == 2 and says in done.output


@pytest.mark.weights
def test_training_writes_a_head_that_understanding_uses(workspace: Path, tmp_path: Path) -> None:
    from flows.tools import Tools
    from pipeline.settings import load

    done = RUN.invoke(
        app, ["topics", "train", str(labels(tmp_path / "l.csv")), "-o", str(tmp_path)]
    )
    assert done.exit_code == 0, done.output
    head = tmp_path / "topics_head.safetensors"
    assert head.stat().st_mode & 0o077 == 0
    assert "| Pet food | 4 |" in (tmp_path / "topics_head.md").read_text()
    tools = Tools(load(None, {"understand": {"topics_head": head}}))
    assert tools.topics is not None and tools.topics.topics == ("Pet food", "gym", "parcel?")
    scores = tools.topics.scores(
        tools.encoder.read(["I'd like to quit the gym", "Where's the parcel?", "Is it raining?"])
    )
    assert scores[:2].argmax(axis=1).tolist() == [1, 2]
    assert ((scores >= 0) & (scores <= 1)).all() and (scores.sum(axis=1) <= 1.00001).all()
    assert scores[2].max() < scores[:2].max(axis=1).min()
    plain = stages.without_listening(Tools(load(None)), _open(workspace)).understand
    assert stages.without_listening(tools, _open(workspace)).understand != plain


def _open(workspace: Path) -> Workspace:
    with Store.open(workspace, workspace_settings(workspace), create=False) as store:
        return store.workspace


@pytest.mark.weights
def test_corrections_and_labelled_contacts_are_learnt_from(workspace: Path, tmp_path: Path) -> None:
    own = workspace / "corrections.csv"
    own.unlink(missing_ok=True)
    table = tmp_path / "l.csv"
    table.write_text("contact_id,topic\na2,plan_change\na3,plan_change\nzz,refund\n")
    add_correction(workspace, "a1", "delivery", "Ann")
    done = RUN.invoke(app, ["topics", "train", str(table), "-w", str(workspace)])
    assert done.exit_code == 1 and "zz" in done.output and "3 labelled texts" in done.output
    card = (workspace / "topics_head.md").read_text()
    assert "| plan_change | 2 |" in card and "| delivery | 1 |" in card and "| refund | 0 |" in card


@pytest.mark.weights
def test_what_is_unknown_is_gathered_into_topics_to_paste(workspace: Path, tmp_path: Path) -> None:
    from pipeline.taxonomy.loader import load_topics

    (workspace / "corrections.csv").unlink(missing_ok=True)
    for one in ("a2", "a3", "a4", "a5"):
        add_correction(workspace, one, "unknown", "Ann")
    done = RUN.invoke(app, ["topics", "suggest", "-w", str(workspace)])
    assert done.exit_code == 0 and "gym" in done.output, done.output
    entry = tmp_path / "topics.toml"
    entry.write_text(done.output[done.output.index("[[topic]]") :])
    (topic,) = load_topics(entry).topics
    assert {"gym", "membership"} <= set(topic.id.split("_")) and len(topic.phrases) == 4


@pytest.mark.parametrize("text", ["", "text,label\nx,y\n", "a,b,c\n1,2,3\n"])
def test_labels_without_their_columns_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "l.csv").write_text(text)
    done = RUN.invoke(app, ["topics", "train", str(tmp_path / "l.csv"), "-o", str(tmp_path)])
    assert done.exit_code == 2 and "text and topic are needed" in done.output


def test_corrections_touch_nobody_else() -> None:
    legs = tables.rows(
        [
            {"leg_id": "a", "recording_id": "r1", "topic": "site"},
            {"leg_id": "b", "recording_id": "r2"},
            {"leg_id": "c"},
        ],
        tables.LEGS,
    )
    heard = tables.rows(
        [
            {"recording_id": r, "topic": "x", "topic_score": 0.5, "topics": ["x"]}
            for r in ("r1", "r2")
        ],
        tables.INSIGHTS,
    )
    one = Correction(contact_id="a", topic="new", by="", at="")
    new_legs, new_heard = corrected(legs, heard, {"a": one})
    assert new_legs["topic"].to_list() == ["new", None, None]
    assert new_heard["topic"].to_list() == ["new", "x"]
    assert new_heard["topics"].to_list() == [["new"], ["x"]]
    assert new_heard["topic_score"].to_list() == [1.0, 0.5]
    assert tables.require(new_legs, tables.LEGS).equals(new_legs)
    assert tables.require(new_heard, tables.INSIGHTS).equals(new_heard)
    assert isinstance(new_legs, pl.DataFrame) and corrected(legs, heard, {})[0] is legs


def test_a_table_of_corrections_with_other_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "corrections.csv").write_text("id,topic\n1,2\n")
    with pytest.raises(SettingsError, match="contact_id"):
        read_corrections(tmp_path)
    assert read_corrections(tmp_path / "none") == {}
