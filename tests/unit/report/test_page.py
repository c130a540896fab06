"""The page says what the measures say, opens with no network, and runs nothing."""

import csv
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from report_factory import START, Made, centre, contact, link, made

from pipeline.report.report import folder_name, write_report
from pipeline.report.words import interval, out_of, percent
from pipeline.types import Rejected

VOID = {"meta", "link", "br", "img", "hr", "input"}


class Page(HTMLParser):
    """Tags in order, attributes, and the text a person reads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.text += data

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", self.text)


def write(what: Made, out: Path, **changes) -> Path:
    return write_report(
        what.measures,
        what.contacts,
        what.links,
        what.threads,
        measures_json=what.measures_json,
        rejected=what.rejected,
        out=out,
        recordings=what.recordings,
        **changes,
    )


def page_of(what: Made, out: Path, **changes) -> Page:
    return Page(write(what, out, **changes).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def whole() -> Made:
    return centre()


@pytest.fixture(scope="module")
def page(whole: Made, tmp_path_factory) -> Page:
    return page_of(whole, tmp_path_factory.mktemp("report"))


def no_keys() -> Made:
    calls = [
        contact(n, START + timedelta(days=n), customer_key=None, left_out="no_key")
        for n in range(1, 9)
    ]
    return made(calls, [], [], why_no_fcr="no contact has a customer id")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_every_tag_is_closed_and_every_id_is_unique(page: Page):
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    anchors = {a["href"][1:] for _, a in page.tags if a.get("href", "").startswith("#")}
    labels = {a["aria-labelledby"] for _, a in page.tags if "aria-labelledby" in a}
    assert anchors | labels <= set(ids)


def test_nothing_comes_from_elsewhere_and_nothing_runs(page: Page, whole: Made, tmp_path: Path):
    html = write(whole, tmp_path).read_text(encoding="utf-8")
    assert not re.search(r"https?://|//\w+\.\w|url\(|@import", html)
    assert not {tag for tag, _ in page.tags} & {"script", "iframe", "img", "link", "object"}
    attributes = {name for _, found in page.tags for name in found}
    assert not [name for name in attributes if name.startswith("on") or name in ("src", "style")]
    files = {a["href"] for _, a in page.tags if "href" in a and a["href"][0] != "#"}
    assert files == {"measures.json", "contacts.csv", "threads.csv", "quarantine.csv"}
    assert "default-src 'none'" in html


def test_headings_go_down_one_level_at_a_time_and_landmarks_are_there(page: Page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert {"main", "header", "nav", "footer"} <= {tag for tag, _ in page.tags}
    assert ("html", {"lang": "en"}) in page.tags


def test_the_headline_is_made_of_the_main_row(page: Page, whole: Made):
    row = next(r for r in whole.measures.fcr if (r.dimension, r.window_days) == ("all", 7.0))
    fcr = row.fcr
    assert (
        f"Of {fcr.denominator} closed first contacts, {fcr.numerator} were settled at once: "
        f"FCR {plain(percent(fcr.rate))} ({plain(interval(fcr))}) within 7 days."
    ) in plain(page.words)
    assert f"{row.open} first contacts still open" in plain(page.words)


def test_every_window_and_every_repeat_row_is_shown_with_its_terms(page: Page, whole: Made):
    words = plain(page.words)
    rates = [r.fcr for r in whole.measures.fcr if r.dimension == "all"]
    rates += [
        r.repeats for r in whole.measures.repeats if r.dimension in ("topic", "agent", "queue")
    ]
    for rate in rates:
        assert plain(out_of(rate)) in words
        assert plain(percent(rate.rate)) in words
        assert plain(interval(rate)) in words


def test_definition_and_coverage_stand_beside_the_number(page: Page, whole: Made):
    words = plain(page.words)
    assert whole.measures.definition[1:] in words
    c = whole.measures.coverage
    assert f"{c.contacts_with_key} of {c.contacts} contacts have a customer key" in words
    assert f"{c.recordings_quarantined} recordings quarantined" in words
    assert words.index("a customer key") < words.index("In short")


def test_weeks_whose_windows_run_past_the_horizon_are_said_to_be_open(page: Page):
    words = plain(page.words)
    assert "13 Oct 2025 not yet closed" in words
    assert "20 Oct 2025 not yet closed" in words
    assert "6 Oct 2025 not yet closed" not in words


def test_agents_come_by_the_alphabet_and_topics_by_their_repeats(page: Page, whole: Made):
    words = plain(page.words)
    by_agent = words[words.index("By agent") :]
    names = ["Anselm Okafor", "Joe Carter", "Maria Petrova", "Zoë Lindqvist"]
    assert sorted(names, key=by_agent.index) == names
    rows = [r for r in whole.measures.repeats if r.dimension == "topic"]
    most = max(rows, key=lambda r: r.repeats.numerator)
    by_topic = words[words.index("By topic") :]
    others = [r.value.replace("_", " ").capitalize() for r in rows if r is not most]
    top = most.value.replace("_", " ").capitalize()
    assert all(by_topic.index(top) < by_topic.index(other) for other in others)


def test_every_thread_of_more_than_one_contact_is_there_with_quotes_and_times(
    page: Page, whole: Made
):
    longer = whole.threads.filter(whole.threads["position"] == 1)["thread_id"].to_list()
    assert longer and all(thread in page.words for thread in longer)
    shown = whole.contacts.join(whole.threads, on="contact_id").filter(
        whole.threads.rename({"contact_id": "c"})["thread_id"].is_in(longer)
    )
    for issue in shown["issue"]:
        assert issue["text"] in page.words
        at = f"{int(issue['start_s']) // 60:02d}:{int(issue['start_s']) % 60:02d}"
        assert f"at {at} in {whole.recordings[issue['recording_id']]}" in plain(page.words)


def test_a_link_says_why_with_its_points(page: Page):
    assert "the later caller says that they called before" in page.words
    assert "+0.35" in page.words


def test_what_people_said_is_escaped_wherever_it_comes_from(tmp_path: Path):
    bad = "<script>alert('x')</script>\"'><img src=//evil.example/x onerror=alert(1)>"
    first = contact(1, START, agent_name=bad, topic=bad, queue=bad, team=bad, sentiment=bad)
    again = contact(2, START + timedelta(days=1), agent_id=bad, medium=bad, left_out=bad)
    for call in (first, again):
        call["issue"] = {**call["issue"], "text": bad}
    tied = link(first, again, decided_by=bad)
    tied["parts"][0] |= {"why": bad, "name": bad}
    what = made([first, again], [tied], [[first, again]])
    what.recordings = dict.fromkeys(what.recordings, bad)
    what.rejected = [Rejected(item=bad, code=bad, reason=bad, remedy=bad)]
    page = page_of(what, tmp_path, topic_labels={bad: bad + "label"})
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img"}
    assert bad in page.words
    assert page.open == []


def test_words_of_a_message_have_its_number_and_no_time(tmp_path: Path):
    first, again = contact(1, START), contact(2, START + timedelta(days=1), medium="chat")
    again["issue"] = again["issue"] | {"recording_id": "text:0", "message": 3}
    what = made([first, again], [link(first, again)], [[first, again]])
    what.recordings["text:0"] = "chats.jsonl line 7"
    page = page_of(what, tmp_path)
    assert "Customer, message 3 in chats.jsonl line 7" in page.words
    assert page.words.count("at 00:12 in") == 1, "the call's"
    (row,) = [r for r in csv.DictReader((tmp_path / "contacts.csv").open()) if r["issue_message"]]
    assert (row["issue_message"], row["issue_at_s"]) == ("3", "")
    later = list(csv.DictReader((tmp_path / "threads.csv").open()))[-1]
    assert (later["quote_message"], later["quote_at_s"]) == ("3", "")
    assert (later["quote_before_message"], later["quote_before_at_s"]) == ("", "12.4")


def test_without_fcr_the_page_says_why_and_shows_the_rest(tmp_path: Path):
    words = plain(page_of(no_keys(), tmp_path).words)
    assert "First-contact resolution can't be given. No contact has a customer id." in words
    assert "The sentiment of their words" in words and "Late delivery" in words
    assert "No key" in words
    assert "Week by week" not in words


def test_without_contacts_there_is_still_a_page(tmp_path: Path):
    page = page_of(made([], [], []), tmp_path)
    assert "There are no contacts in this period." in page.words
    assert page.open == []


def test_without_a_period_there_is_still_a_page(tmp_path: Path):
    """Nothing has a time yet: the measures then hold empty strings for every day and moment."""
    what = made([], [], [], why_no_fcr="There are no contacts yet.")
    nowhen = dict.fromkeys(
        ("first_day", "last_day", "complete_from", "left_edge_until", "horizon"), ""
    )
    what.measures = replace(what.measures, period=replace(what.measures.period, **nowhen))
    page = page_of(what, tmp_path)
    assert "no contacts yet" in page.words and page.open == []
    assert folder_name(what.measures.period) == "no-contacts"


def test_a_thread_that_may_have_begun_before_the_data_says_so(tmp_path: Path):
    calls = [contact(n, START + timedelta(days=n), customer_key="customer:1") for n in (1, 2)]
    page = page_of(made(calls, [link(*calls)], [calls]), tmp_path)
    assert "no index contact: left edge" in page.words


def test_evidence_that_is_not_known_is_shown_as_a_dash(tmp_path: Path):
    first = contact(1, START, topic="unknown")
    again = contact(2, START + timedelta(days=1))
    tied = link(first, again, decided_by="case_id")
    tied["parts"][0] |= {"value": None, "points": 0.0, "why": "the topic of one is unknown"}
    tied["parts"][1] |= {"value": None, "points": 0.0, "why": None}
    words = plain(page_of(made([first, again], [tied], [[first, again]]), tmp_path).words)
    assert "the topic of one is unknown – × 0.35+0.00" in words
    assert "Why linked: the same case number" in words


def test_topics_go_by_their_labels_everywhere(tmp_path: Path):
    labels = {"late_delivery": "Parcel not there"}
    words = page_of(centre(), tmp_path, topic_labels=labels).words
    assert "both are about parcel not there" in words
    assert "late_delivery" not in words and "Late delivery" not in words


def test_first_contacts_that_are_all_open_give_no_rate(tmp_path: Path):
    late = START + timedelta(days=52)
    calls = [contact(n, late + timedelta(hours=n)) for n in range(3)]
    words = plain(page_of(made(calls, [], [[c] for c in calls]), tmp_path).words)
    assert "No first contact is closed yet, so there is no FCR: 3 first contacts" in words
    assert "FCR –" not in words


def test_sections_that_are_not_built_are_named(page: Page):
    assert (
        "Not in this report yet: the estimate with open contacts, causes of repeats" in page.words
    )


def test_telephone_numbers_in_names_of_bad_files_are_masked(page: Page):
    assert "0888123456" not in page.words
    assert "in/in-···56-20251002-0914.wav" in page.words


def test_the_same_data_give_the_same_bytes(whole: Made, tmp_path: Path):
    for name in ("a", "b"):
        write(whole, tmp_path / name)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_a_page_of_seventy_contacts_stays_small(whole: Made, tmp_path: Path):
    assert write(whole, tmp_path).stat().st_size < 600_000
