"""What recordings' names and sidecars say, by preset, template or JSON."""

import json
import string
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.ingest.clock import clock_of
from pipeline.ingest.fields import Reading
from pipeline.ingest.filenames import read_filename
from pipeline.ingest.sidecar import read_sidecar, sidecar_of
from pipeline.ingest.templates import compile_template
from pipeline.settings import Ingest

MOMENT = datetime(2021, 12, 1, 7, 55, 51, tzinfo=UTC)


def name(text: str, **settings: object) -> Reading:
    ingest = Ingest.model_validate({"timezone": "UTC"} | settings)
    return read_filename(Path("/calls") / text, ingest, clock=clock_of(ingest))


def stated(reading: Reading) -> dict[str, object]:
    assert reading.stated is not None
    return {field: getattr(reading.stated.metadata, field) for field in reading.stated.fields}


def test_freepbx_incoming_has_the_caller_last() -> None:
    assert stated(name("in-5551000-0888123456-20211201-075551-1638345351.42.wav")) == {
        "contact_id": "1638345351.42",
        "direction": "inbound",
        "customer_phone": "0888123456",
        "started_at": MOMENT,
    }


def test_freepbx_outgoing_has_the_customer_first() -> None:
    said = stated(name("out-0888123456-101-20211201-075551-1638345351.42.wav"))
    assert (said["customer_phone"], said["agent_id"]) == ("0888123456", "101")
    assert said["direction"] == "outbound"


def test_issabel_has_the_caller_first_which_only_the_setting_tells() -> None:
    text = "in-0888123456-5551000-20211201-075551-1638345351.42.wav"
    assert stated(name(text, filename_preset="issabel"))["customer_phone"] == "0888123456"
    assert stated(name(text))["customer_phone"] == "5551000"


def test_guid_names_say_who_took_part() -> None:
    agent = stated(name("Auto1_9f3c-77_001_AGENT_AndrewK_DT_2021-12-01T07-55-51.wav"))
    assert agent == {
        "contact_id": "9f3c-77",
        "agent_name": "AndrewK",
        "started_at": MOMENT,
    }
    customer = stated(name("Auto1_9f3c-77_001_CUST_C17_DT_2021-12-01T07-55-51.wav"))
    assert customer["customer_id"] == "C17"
    assert "channel_map" not in {*agent, *customer}


def test_convo_names() -> None:
    uuid = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
    said = stated(name(f"convo_{uuid}_2021-12-01 07_55_51.wav"))
    assert said == {"contact_id": uuid, "started_at": MOMENT}


@pytest.mark.parametrize("text", ["call.wav", "in-1-2.wav", "a_b_c.wav", "x\ny.wav"])
def test_other_names_say_nothing(text: str) -> None:
    assert name(text) == Reading(stated=None, rejected=None)


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("in-555-0888-20211301-075551-1638345351.42.wav", {}),
        ("Auto1_g_001_AGENT_Ana_DT_2021-12-01T27-55-51.wav", {}),
        ("A7_20210230-101500.wav", {"filename_template": "{agent_id}_{started_at:%Y%m%d-%H%M%S}"}),
        ("A7_18991230-101500.wav", {"filename_template": "{agent_id}_{started_at:%Y%m%d-%H%M%S}"}),
    ],
)
def test_an_impossible_date_in_a_name_is_an_error_with_the_name(
    text: str, settings: dict[str, object]
) -> None:
    reading = name(text, **settings)
    assert reading.stated is None
    assert reading.rejected is not None
    assert (reading.rejected.code, reading.rejected.item) == ("bad_time", f"/calls/{text}")


def test_a_zone_that_is_missing_stops_a_chosen_preset_and_leaves_out_a_guessed_one() -> None:
    text = "in-555-0888-20211201-075551-1638345351.42.wav"
    with pytest.raises(SettingsError, match=r"ingest\.timezone"):
        name(text, timezone=None, filename_preset="freepbx")
    reading = name(text, timezone=None)
    assert "started_at" not in stated(reading)
    assert [note.code for note in reading.notes] == ["timezone"]


def test_a_template_names_fields_folders_and_what_to_ignore() -> None:
    template = "{queue}/{_}/{agent_id}-{customer_phone}-{started_at:%d%m%y %H%M}.wav"
    ingest = Ingest(timezone="UTC", filename_template=template)
    path = Path("/x/Sales/2021/A7-0888-011221 0755.mp3")
    reading = read_filename(path, ingest, clock=clock_of(ingest))
    assert stated(reading) == {
        "queue": "Sales",
        "agent_id": "A7",
        "customer_phone": "0888",
        "started_at": datetime(2021, 12, 1, 7, 55, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    "template",
    ["plain", "{agent_id", "{colour}", "{agent}_{agent_id}", "{agent_id:%Y}", "{started_at:%Q}"],
)
def test_a_wrong_template_is_a_setting_error(template: str) -> None:
    with pytest.raises(SettingsError, match="filename_template"):
        compile_template(template)


WORD = st.text(string.ascii_letters + string.digits + " .+#()", min_size=1, max_size=12).filter(
    lambda text: text.strip() == text and text.strip(".")
)


@given(
    agent=WORD,
    queue=WORD,
    moment=st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1)),
    form=st.sampled_from(["%Y%m%d-%H%M%S", "%d.%m.%Y %H-%M-%S", "%y%j%H%M%S", "%b %d %Y %I%M%S%p"]),
)
def test_what_a_template_writes_it_reads(
    agent: str, queue: str, moment: datetime, form: str
) -> None:
    moment = moment.replace(microsecond=0)
    template = compile_template("{agent_id}_{started_at:" + form + "}_{queue}")
    texts = template.match(Path(f"{agent}_{moment.strftime(form)}_{queue}.wav"))
    assert texts is not None
    assert (texts["agent_id"], texts["queue"]) == (agent, queue)
    assert datetime.fromisoformat(texts["started_at"]).replace(year=moment.year) == moment


@given(st.text(max_size=30))
def test_any_template_compiles_or_is_a_setting_error(text: str) -> None:
    try:
        template = compile_template(text)
    except SettingsError as error:
        assert error.code == "setting"
    else:
        template.match(Path("/a/b/c.wav"))


# --- sidecars -------------------------------------------------------------------------------


def sidecar(folder: Path, content: object, **settings: object) -> Reading:
    path = folder / "call.wav.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    ingest = Ingest.model_validate({"timezone": "UTC"} | settings)
    return read_sidecar(path, clock=clock_of(ingest))


@pytest.mark.parametrize(
    "file", ["call.wav.json", "call.json", "call.wav_metadata.json", "call_metadata.json"]
)
def test_a_sidecar_is_found_by_any_of_its_names(tmp_path: Path, file: str) -> None:
    assert sidecar_of(tmp_path / "call.wav") is None
    (tmp_path / file).write_text("{}")
    assert sidecar_of(tmp_path / "call.wav") == tmp_path / file


def test_nested_names_are_compared_whole_and_by_their_last_part(tmp_path: Path) -> None:
    content = {
        "conversation": {"id": "c-1", "startTime": "2021-12-01T07:55:51Z", "duration": 125},
        "participant": {"agentId": 7, "ani": "tel 0888"},
        "channels": ["agent", "customer"],
        "legs": [{"queue": "not looked into"}],
        "transferred": False,
    }
    assert stated(sidecar(tmp_path, content)) == {
        "contact_id": "c-1",
        "started_at": MOMENT,
        "duration_s": 125.0,
        "agent_id": "7",
        "customer_phone": "tel 0888",
        "channel_map": ("agent", "customer"),
        "transferred": False,
    }


def test_the_name_nearest_the_top_counts(tmp_path: Path) -> None:
    content = {"deep": {"er": {"queue": "wrong"}}, "queue": "right"}
    assert stated(sidecar(tmp_path, content)) == {"queue": "right"}


@pytest.mark.parametrize("content", ["", "{", "[1]", "[" * 100_000, "\x00\x00", '"text"'])
def test_a_sidecar_that_is_no_object_is_rejected_with_its_reason(
    tmp_path: Path, content: str
) -> None:
    reading = sidecar(tmp_path, content)
    assert reading.rejected is not None
    assert reading.rejected.item.endswith("call.wav.json")


def test_a_bad_date_in_a_sidecar_is_rejected(tmp_path: Path) -> None:
    reading = sidecar(tmp_path, {"start": "2021-02-30 10:00"})
    assert reading.rejected is not None
    assert reading.rejected.code == "bad_time"


def test_our_own_transcript_is_no_sidecar(tmp_path: Path) -> None:
    reading = sidecar(tmp_path, {"recording": "x", "duration_s": 3, "utterances": []})
    assert reading == Reading(stated=None, rejected=None)
