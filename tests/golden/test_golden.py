"""Results change with a VERSION, or not at all: else old and new results lie side by side unseen.

What is kept was made on one machine; another's rounding may change a word in fifty, so texts are
compared by word error rate and not letter by letter.
"""

import jiwer
import pytest
from hear import Outcome, kept, outcomes, versions

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("real_weights")]

MOST_WORDS_CHANGED = 0.02
UPDATE = "then run: python tests/golden/update.py"
LISTENING = ("pipeline/listen/listen.py", "models/whisper.py")
REDACTING = ("pipeline/understand/redact.py",)
UNDERSTANDING = ("pipeline/understand/understand.py",)


@pytest.fixture(scope="module")
def now(real_weights: None) -> dict[str, Outcome]:
    return outcomes()


def refuse(what: list[str], raise_in: tuple[str, ...]) -> None:
    """Fail with what changed and what to do, unless nothing did."""
    if what:
        where = " or ".join(raise_in)
        pytest.fail("\n".join([f"Results changed. Raise VERSION in {where}, {UPDATE}", *what]))


def test_the_versions_are_those_that_the_kept_results_were_made_with() -> None:
    assert versions() == kept()[0], f"a VERSION was raised or lowered; {UPDATE}"


def test_the_same_words_are_heard(now: dict[str, Outcome]) -> None:
    changed = []
    for file, before in kept()[1].items():
        rate = jiwer.wer(before.text, now[file].text)
        if rate > MOST_WORDS_CHANGED or before.language != now[file].language:
            changed += [f"{file}: {rate:.1%}", f"  was {before.text}", f"  is  {now[file].text}"]
    refuse(changed, (*LISTENING, *REDACTING))


def test_the_same_things_are_hidden(now: dict[str, Outcome]) -> None:
    changed = [
        f"{file}: was {before.redactions}, is {now[file].redactions}"
        for file, before in kept()[1].items()
        if before.redactions != now[file].redactions
    ]
    refuse(changed, (*REDACTING, *LISTENING))


def test_the_same_is_understood(now: dict[str, Outcome]) -> None:
    changed = [
        f"{file}: was {before.topic}, {before.sentiment}; is {now[file].topic}, "
        f"{now[file].sentiment}"
        for file, before in kept()[1].items()
        if (before.topic, before.sentiment) != (now[file].topic, now[file].sentiment)
    ]
    refuse(changed, (*UNDERSTANDING, *LISTENING))


def test_the_kept_results_hold_no_card_number() -> None:
    for file, outcome in kept()[1].items():
        longest = max((len(word) for word in outcome.text.split() if word.isdigit()), default=0)
        assert longest < 12, file
