"""topics.toml: what comes with firstcall, and what a site's own file may say."""

from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.taxonomy.loader import load_topics

IDS = [
    "billing_charge", "payment", "refund", "delivery", "wrong_or_damaged_item", "return_exchange",
    "order_change", "internet_fault", "appliance_fault", "engineer_visit", "account_access",
    "account_details", "plan_change", "warranty", "general_information", "card_lost",
    "transfer_money", "balance",
]  # fmt: skip

GOOD = """
[[topic]]
id = "parking"
label = "Parking"
description = "Where to park."
first_line = true
phrases = ["Where can I park?", "Is there a car park?", "I got a parking ticket."]
"""


def test_the_topics_that_come_with_firstcall() -> None:
    topics = load_topics().topics
    assert [topic.id for topic in topics] == IDS
    assert all(len(set(topic.phrases)) >= 8 for topic in topics)
    phrases = [phrase for topic in topics for phrase in topic.phrases]
    assert len(phrases) == len(set(phrases))


def test_a_site_reads_its_own_file(tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(GOOD)
    taxonomy = load_topics(file)
    assert taxonomy.first_line_ids == {"parking"}
    assert taxonomy.label("parking") == "Parking"
    assert taxonomy.label("unknown") == "Unknown"
    assert taxonomy.label("gone_since") == "gone_since"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no [[topic]] entry"),
        ("[[topic", "not valid TOML"),
        (GOOD.replace("first_line = true", ""), "lacks first_line"),
        (GOOD.replace("first_line = true", 'first_line = "yes"'), "first_line = 'yes'"),
        (GOOD.replace('"parking"', '"Parking lot"'), "an id is"),
        (GOOD.replace('"parking"', '"unknown"'), "kept for contacts"),
        (GOOD.replace('label = "Parking"', 'label = ""'), "label = ''"),
        (GOOD.replace(', "I got a parking ticket."', ""), "2 phrases"),
        (GOOD.replace("phrases =", "phrase = 1\nphrases ="), "unknown phrase"),
        (GOOD + GOOD, "twice"),
        (GOOD + 'parent = "Up There"', "parent = 'Up There'"),
        (GOOD + 'parent = "parking"', "two levels"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_reason(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(text)
    with pytest.raises(SettingsError) as refused:
        load_topics(file)
    assert says in str(refused.value) and str(file) in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can't be read"):
        load_topics(tmp_path / "none.toml")


def test_a_topic_may_stand_under_another_or_a_heading(tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    low = GOOD.replace('"parking"', '"garage"') + 'parent = "parking"\n'
    file.write_text(GOOD + low + GOOD.replace('"parking"', '"bikes"') + 'parent = "transport"\n')
    taxonomy = load_topics(file)
    above = {topic.id: taxonomy.parent(topic.id) for topic in taxonomy.topics}
    assert above == {"parking": "parking", "garage": "parking", "bikes": "transport"}
    file.write_text(file.read_text() + GOOD.replace('"parking"', '"deep"') + 'parent = "garage"\n')
    with pytest.raises(SettingsError, match="two levels"):
        load_topics(file)
