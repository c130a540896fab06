"""A contact list is read whatever hand wrote it; what can't be is named with its line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import MetadataError, SettingsError
from pipeline.ingest import values
from pipeline.ingest.columns import ALIASES, field_of, map_columns, normalise
from pipeline.ingest.metadata import Metadata, read_csv
from pipeline.settings import Ingest
from pipeline.types import ContactMetadata

SITE = Ingest(timezone="Europe/Sofia")


def table(folder: Path, text: str, *, encoding: str = "utf-8", ingest: Ingest = SITE) -> Metadata:
    path = folder / "contacts.csv"
    path.write_bytes(text.encode(encoding))
    return read_csv(path, ingest)


def reasons(metadata: Metadata) -> dict[str, str]:
    return {row.item.removeprefix("contacts.csv "): row.code for row in metadata.rejected}


FIELD_MD = {
    "contact_id": "callid interaction_id contact_id conversationId GUID uniqueid call_id",
    "parent_id": "parent_call_id",
    "started_at": "timestamp start_time call_timestamp datetime StartTime ConversationTime",
    "duration_s": "duration duration_seconds call_duration length",
    "customer_id": "ClientId Cust",
    "account_id": "account",
    "customer_phone": "phone ANI src caller_number",
    "agent_id": "agent employee_id rep_id",
    "queue": "campaign skill",
    "language": "locale",
    "disposition": "outcome result status",
    "call_type": "type category",
    "case_id": "ticket",
}


@pytest.mark.parametrize("field", FIELD_MD)
def test_the_names_of_the_field_are_known(field: str) -> None:
    assert {field_of(name) for name in FIELD_MD[field].split()} == {field}


def test_every_alias_means_one_field_only_and_every_field_exists() -> None:
    owners: dict[str, set[str]] = {}
    for field, names in ALIASES.items():
        for name in (field, *names):
            owners.setdefault(normalise(name), set()).add(field)
    assert all(len(fields) == 1 for fields in owners.values())
    assert set(ALIASES) - {"date", "time"} == set(ContactMetadata.__dataclass_fields__) - {"source"}


def test_case_blanks_and_dashes_in_names_do_not_matter() -> None:
    names = ("Call ID", "call-id", "CALL_ID", "  callId ")
    assert {field_of(name) for name in names} == {"contact_id"}


def test_of_two_columns_for_one_field_our_own_name_wins_and_the_other_is_named() -> None:
    (mapping,) = map_columns(["Agent", "agent_id"])
    assert (mapping.column, mapping.field) == ("agent_id", "agent_id")
    assert '"Agent"' in mapping.note


def test_a_full_row_comes_out_typed(tmp_path: Path) -> None:
    (row,) = table(
        tmp_path,
        "Call ID,File Name,Start Time,Duration,ClientId,ANI,Agent,Direction,Channel,channel map,"
        "Locale,Outcome,Transferred,CSAT,Hold Time,Colour\n"
        "C-1,a.wav,2021-12-01 07:55:51,2:05,77.0,+359 2 123,A7,Incoming,Phone,L=agent;R=customer,"
        'en-US, Resolved ,yes,"4,5",30,red\n',
    ).rows
    assert row == ContactMetadata(
        source="contacts.csv line 2",
        recording="a.wav",
        contact_id="C-1",
        started_at=datetime(2021, 12, 1, 5, 55, 51, tzinfo=UTC),
        duration_s=125.0,
        customer_id="77",
        customer_phone="+359 2 123",
        agent_id="A7",
        direction="inbound",
        medium="call",
        channel_map=("agent", "customer"),
        language="en",
        disposition="resolved",
        transferred=True,
        csat=4.5,
        hold_s=30.0,
    )


def test_mapped_unused_and_missing_columns_are_told(tmp_path: Path) -> None:
    found = table(tmp_path, "call_id,date,time,Colour\nC1,2021-12-01,07:55,red\n")
    assert [(m.column, m.field) for m in found.mapping] == [
        ("call_id", "contact_id"),
        ("date", "date"),
        ("time", "time"),
    ]
    assert found.unused_columns == ("Colour",)
    assert "customer_id" in found.missing
    assert "started_at" not in found.missing
    assert found.rows[0].started_at == datetime(2021, 12, 1, 5, 55, tzinfo=UTC)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "call_id,agent name,queue\nC1,Ana,Sales\n".replace(",", delimiter)
    assert table(tmp_path, text).rows[0].agent_name == "Ana"


def test_commas_in_a_file_of_semicolons_are_text(tmp_path: Path) -> None:
    found = table(tmp_path, "sep=;\ncall_id;agent name, first and last\nC1;Popova, Ana\n")
    assert found.rows[0].contact_id == "C1"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        *[("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16")],
        *[("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252")],
    ],
)
def test_the_encoding_is_found_and_told(tmp_path: Path, encoding: str, told: str) -> None:
    found = table(tmp_path, "call_id,agent name\r\nC1,Zoë Müller\r\n", encoding=encoding)
    assert (found.rows[0].agent_name, found.encoding) == ("Zoë Müller", told)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"call_id,agent\nC1,\x81\x8d\x8f\n", "encoding"),
        (b"PK\x03\x04rest of a workbook", "not_text"),
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"call_id\x00,agent\nC1,A\n", "encoding"),
        (b"colour,size\nred,3\n", "missing_column"),
    ],
)
def test_a_file_that_is_no_contact_list_is_one_error(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(content)
    with pytest.raises(MetadataError) as error:
        read_csv(path, SITE)
    assert error.value.code == code


def test_a_missing_column_names_what_is_there_and_what_would_do(tmp_path: Path) -> None:
    with pytest.raises(MetadataError, match=r"colour, size.*recording_file.*call_id"):
        table(tmp_path, "colour,size\nred,3\n")


def test_a_contact_list_that_is_not_there_is_one_error(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(MetadataError):
            read_csv(path, SITE)


def test_bad_rows_are_named_with_their_line_and_the_others_used(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        "call_id,start,end,duration,agent\n"
        "C1,2021-12-01 10:00,2021-12-01 10:05,300,A\n"
        "C2,2021-02-30 10:00,,,A\n"
        "C3,2021-12-01 10:00,2021-12-01 09:00,,A\n"
        "C4,2021-12-01 10:00\n"
        "C5,2021-12-01 10:00,,,A,too,many\n"
        ",2021-12-01 10:00,,,A\n"
        "C7,2021-12-01 10:00,,never,A\n"
        "\n"
        "C8,2021-03-28 03:30,,,A\n"
        "C9,2021-12-01 10:00,,,A,,\n",
    )
    assert [row.contact_id for row in found.rows] == ["C1", "C9"]
    assert reasons(found) == {
        "line 3": "bad_time",
        "line 4": "bad_time",
        "line 5": "ragged",
        "line 6": "ragged",
        "line 7": "unmatched",
        "line 8": "bad_time",
        "line 10": "bad_time",
    }
    told = {row.item: row.reason for row in found.rejected}
    assert "2021-02-30 10:00" in told["contacts.csv line 3"]
    assert "ends" in told["contacts.csv line 4"]


def test_a_quoted_newline_does_not_shift_the_lines(tmp_path: Path) -> None:
    found = table(tmp_path, 'call_id,reason\nC1,"two\nlines"\nC2\n')
    assert found.rows[0].topic == "two\nlines"
    assert reasons(found) == {"line 4": "ragged"}


def test_a_quote_that_never_closes_is_told_with_all_lines_that_it_swallows(tmp_path: Path) -> None:
    found = table(tmp_path, 'call_id,reason\nC1,fine\nC2,"open\nC3,x\nC4,x\n')
    assert [row.contact_id for row in found.rows] == ["C1", "C2"]
    huge = 'call_id,reason\nC1,fine\nC2,"open\n' + "x,y\n" * 60_000
    found = table(tmp_path, huge)
    assert [row.contact_id for row in found.rows] == ["C1"]
    assert [row.code for row in found.rejected] == ["ragged"]


def test_double_rows_count_once_and_contradictions_are_refused(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        "call_id,recording,customer_id,agent\n"
        "C1,a.wav,7,A\n"
        "C1,a.wav,7,A\n"
        "C1,a.wav,7,B\n"
        "C2,,8,A\n"
        "C2,,9,A\n"
        "C3,c.wav,8,A\n"
        "C3,d.wav,9,A\n",
    )
    assert [(row.contact_id, row.customer_id) for row in found.rows] == [
        ("C1", "7"),
        ("C2", "8"),
        ("C3", "8"),
    ]
    assert reasons(found) == {
        "line 3": "duplicate_row",
        "line 4": "double_id",
        "line 6": "double_id",
        "line 8": "double_id",
    }


def test_one_contact_in_two_recordings_is_two_legs(tmp_path: Path) -> None:
    text = "call_id,recording,customer_id\nC1,a.wav,7\nC1,b.wav,7\n"
    assert len(table(tmp_path, text).rows) == 2


def test_a_bad_value_beside_the_times_costs_that_value_only(tmp_path: Path) -> None:
    found = table(
        tmp_path, "call_id,csat,transferred,direction\nC1,great,maybe,sideways\nC2,5,no,in\n"
    )
    assert [row.csat for row in found.rows] == [None, 5.0]
    assert [row.direction for row in found.rows] == ["inbound", "inbound"]
    assert {note.item for note in found.notes} == {"contacts.csv line 2"}
    assert len(found.notes) == 3


def test_blanks_are_nothing_and_withheld_numbers_are_nobodys(tmp_path: Path) -> None:
    words = ["anonymous", "Withheld", "RESTRICTED", "unknown", "blank", "n/a", "-", "null", ""]
    rows = "".join(f"C{i},{word}\n" for i, word in enumerate(words))
    found = table(tmp_path, "call_id,phone\n" + rows)
    assert {row.customer_phone for row in found.rows} == {None}
    assert len(found.rows) == len(words)
    assert not found.notes


def test_times_without_a_zone_stop_with_the_setting_that_is_missing(tmp_path: Path) -> None:
    text = "call_id,start\nC1,2021-12-01 10:00\n"
    with pytest.raises(SettingsError, match=r"ingest\.timezone"):
        table(tmp_path, text, ingest=Ingest())
    zoned = table(tmp_path, text.replace("10:00", "10:00Z"), ingest=Ingest())
    assert zoned.rows[0].started_at == datetime(2021, 12, 1, 10, tzinfo=UTC)


def test_an_open_day_order_stops_unless_set_or_shown(tmp_path: Path) -> None:
    text = "call_id,start,end\nC1,03/04/2021 10:00,\n"
    with pytest.raises(MetadataError, match="day_first"):
        table(tmp_path, text)
    stated = Ingest(timezone="UTC", day_first=True)
    assert table(tmp_path, text, ingest=stated).rows[0].started_at.month == 4
    shown = table(tmp_path, text + "C2,,14/04/2021 10:00\n")
    assert shown.rows[0].started_at.month == 4


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("agent,customer", ("agent", "customer")),
        ("L=agent;R=customer", ("agent", "customer")),
        ("right: agent, left: caller", ("customer", "agent")),
        ("0:agent 1:customer", ("agent", "customer")),
        ("ch2=customer", ("unknown", "unknown", "customer")),
        ("Agent|Client", ("agent", "customer")),
    ],
)
def test_channel_maps(text: str, roles: tuple[str, ...]) -> None:
    assert values.channel_map(text) == roles


@pytest.mark.parametrize("text", ["agent=0", "0:agent 0:customer", ";", "top:agent", "99:agent"])
def test_no_channel_maps(text: str) -> None:
    with pytest.raises(ValueError, match=r"names|side"):
        values.channel_map(text)


@pytest.mark.parametrize(
    ("text", "truth"), [("YES", True), ("0", False), ("x", True), ("F", False)]
)
def test_booleans(text: str, truth: bool) -> None:
    assert values.boolean(text) is truth
