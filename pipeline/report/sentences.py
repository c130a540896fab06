"""What the page says in sentences, made of the numbers: the answer, and how far it carries."""

from collections.abc import Callable, Mapping

from pipeline.measures import FcrRow, Measures
from pipeline.report.overview import Week, fcr_row, repeats_by
from pipeline.report.words import count, listed, percent, readable, sentence

LEFT_OUT_WHY: Mapping[str, str] = {
    "abandoned": "The customer hung up before anybody answered.",
    "internal": "Between colleagues, not with a customer.",
    "left_edge": "Too near the start of the data to know whether it was the first contact.",
    "no_evidence": "Neither words nor metadata say what it was about.",
    "no_key": "Nothing identifies the customer, so nobody can tell whether they came back.",
    "no_speech": "Nobody spoke.",
    "no_time": "It is not known when it took place.",
    "outbound": "Made by the centre.",
    "spam": "Spam.",
    "test": "A test.",
    "too_short": "Too short to hold a conversation.",
    "voicemail_unanswered": "A voicemail that nobody called back.",
    "wrong_number": "A wrong number.",
}
"""Known reasons why a contact is no index contact, in plain words; a site may have others."""

_LATER = {
    "causes": "causes of repeats",
    "drivers": "drivers",
    "process_or_person": "process or person",
    "next_issue": "the next-issue map",
    "promises": "promises kept and broken",
    "stated_against_behaved": "stated against behaved",
    "claimants": "recall among claimants",
    "change": "changes and anomalies",
    "conversation": "conversation figures",
    "voicemail": "voicemail",
    "cost": "the cost of repeats",
}


def headline(measures: Measures) -> str:
    """The answer in one sentence, made of the numbers."""
    period = measures.period
    row = fcr_row(measures, window_days=period.primary_window_days)
    if measures.coverage.contacts == 0:
        return "There are no contacts in this period."
    if measures.why_no_fcr is not None:
        return f"First-contact resolution can't be given. {sentence(measures.why_no_fcr)}"
    if row is None or row.fcr.denominator == 0:
        waiting = row.open if row else 0
        return (
            f"No first contact is closed yet, so there is no FCR: "
            f"{count(waiting, 'first contact')} still inside the window."
        )
    return (
        f"Of {count(row.fcr.denominator, 'closed first contact')}, "
        f"{row.fcr.numerator:,} {'was' if row.fcr.numerator == 1 else 'were'} settled at once"
    )


def most_repeats(measures: Measures, *, name: Callable[[str], str]) -> str:
    """Which topics the repeats come from, in one sentence; empty where there are none."""
    rows = [r for r in repeats_by(measures, "topic", name=name) if r.repeats.numerator]
    total = sum(r.repeats.numerator for r in rows)
    if not total:
        return ""
    named = [f"{r.repeats.numerator:,} about {name(r.value)}" for r in rows[:3]]
    rest = total - sum(r.repeats.numerator for r in rows[:3])
    if rest:
        named.append(f"{rest:,} about other topics")
    return f"{count(total, 'contact')} had to be repeated: {listed(named)}."


def weeks_in_words(by_week: tuple[Week, ...]) -> str:
    """How many of the closed weeks are too small to read a rate from; empty where none is."""
    closed = [week.row.fcr for week in by_week if week.closed and week.row]
    small = sum(rate.small for rate in closed)
    if not small:
        return ""
    if small == len(closed):
        return "Every closed week has too few first contacts to be compared with another."
    return f"Grey: {small} of {count(len(closed), 'closed week')} with too few to be compared."


def not_in_report_yet(measures: Measures) -> str:
    """The sections that are null, in words."""
    return listed([words for name, words in _LATER.items() if getattr(measures, name) is None])


def left_out(measures: Measures) -> tuple[tuple[str, int, str], ...]:
    """Contacts left out: reason, how many, what it means; most first."""
    ordered = sorted(measures.coverage.left_out, key=lambda item: (-item.count, item.name))
    return tuple(
        (readable(item.name), item.count, LEFT_OUT_WHY.get(item.name, "")) for item in ordered
    )


def bounds_sentence(row: FcrRow) -> str:
    """What the undetermined outcomes could make of the rate; empty where there are none."""
    if not row.undetermined:
        return ""
    outcomes = count(row.undetermined, "outcome is", "outcomes are")
    return (
        f"{outcomes} undetermined: FCR would be {percent(row.bounds.if_failed)} with all of them "
        f"failed, {percent(row.bounds.if_resolved)} with all resolved."
    )
