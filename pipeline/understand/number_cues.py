"""What people say before a number that tells what number it is: "my order number is ...".

English; a site's other languages rely on the length of the number alone (docs/redaction.md).
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby
from math import inf
from typing import Literal

from pipeline.understand.number_words import word_set
from pipeline.understand.streams import FILLERS, Stream

Kind = Literal["card", "code", "phone", "account", "national_id", "order", "case", "none", "thing"]
"""What a number is; "none" is nobody's, an amount, a reading, a flight, and "thing" a long one."""

NOBODYS = ("none", "thing")

REACH_WORDS = 9
"""Words there may be between a cue and its number."""

SPELLED_REACH_WORDS, QUESTION_WORDS = 18, 18
"""The same for one told digit by digit in answer to a question, and words that a question may end
with."""

WEAK_REACH_WORDS = 5
"""The same for a number told digit by digit after a common word such as "order"."""

REACH_S = 25.0
"""Seconds there may be between a cue and its number: people look for the letter."""

_ID = r"(?:numbers?|nos?|references?|refs?|ids?|codes?)"
_CODE = r"(?:codes?|number|passcodes?|pins?|passwords?)"
_OTHER_CODES = (
    "error", "product", "discount", "promo", "voucher", "post", "zip", "sort", "area", "country",
    "dress", "qr", "bar", "item", "gift", "booking", "tracking", "fault", "reference", "order",
    "coupon", "dialling", "dialing", "department",
)  # fmt: skip
_NO_CODE = "".join(rf"(?<!{word} )" for word in _OTHER_CODES)

_STRONG: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("order", (
        rf"(?:order|booking|reservation|purchase|tracking|parcel|shipment) {_ID}",
        rf"(?:invoice|consignment|delivery|confirmation|receipt|contract) {_ID}",
    )),
    ("case", (
        rf"(?:case|ticket|reference|incident|complaint|claim|request|service) {_ID}",
        rf"(?:enquiry|inquiry|query|job|fault|repair|crime|control) {_ID}",
        r"reference",
    )),
    ("card", (
        r"card (?:number|no|details)", r"(?:credit|debit|bank) card", r"card(?: number)? is",
        r"long number", r"number (?:on|across) the (?:front|card)",
        r"(?:sixteen|16)[ -]digits?(?: card)?(?: number)?",
        r"visa", r"mastercard", r"american express", r"amex", r"maestro",
    )),
    ("code", (
        rf"(?:security|verification|verify|one[ -]time|access|activation) ?{_CODE}",
        rf"(?:authentication|authori[sz]ation|two[ -]factor|2fa|sms|text|secure) ?{_CODE}",
        rf"(?:pass|log ?in|banking|unlock|entry|door|gate|alarm|pac|login pin) ?{_CODE}",
        r"passcodes?", r"cv[vc]2?", r"c v [vc2]", r"otp", r"o t p", r"pins?(?: number| code)?",
        r"codes? (?:that )?(?:i|we|you|i've|we've|you've) (?:just )?(?:sent|texted|emailed)",
        r"codes? (?:that )?you (?:just )?(?:received|got|were sent)",
        r"(?:three|four|six|3|4|6)[ -](?:digits? )?codes?", r"(?:three|3) digits?",
        r"(?:digits|number|three|code) (?:on|from) the (?:back|front|reverse)",
        r"back of (?:the|your|my) card", r"signature strip", rf"{_NO_CODE}codes?",
        r"read it (?:back|out|to me)", r"(?:the|a|that|your) (?:text|sms)(?: message)?",
        r"authenticator", r"one[ -]time", r"password", r"on the back",
    )),
    ("account", (
        r"account (?:number|no)", r"sort ?codes?", r"iban", r"i ban", r"routing(?: number| no)?",
        r"bank account", r"(?:account|a/c)", r"checking", r"direct debit", r"bic",
        rf"(?:customer|member|membership|policy|client|loyalty|subscriber|patient) {_ID}",
        r"policy",
    )),
    ("national_id", (
        r"social security(?: number)?", r"(?:your|my|the|his|her|full) social", r"social", r"ssn",
        r"s s n", r"national insurance(?: number)?", r"(?:ni|n i) number", r"insurance number",
        r"national (?:id|identity|identification|number)(?: number| card)?", r"pesel",
        r"n i e", r"nie", r"d n i", r"dni", r"aadhaa?r", r"adhar", r"pps(?: number)?", r"p p s n?",
        r"ppsn", r"passports?(?: number| no)?", r"(?:driving|driver's|drivers) (?:licen[cs]e)",
        r"licen[cs]e(?: number| no)?", r"(?:tax|steuer)(?:payer)? ?(?:number|id|no|file number)",
        r"steuer id(?:entifikationsnummer)?", r"nhs number", r"(?:id|identity) card(?: number)?",
        r"(?:id|identity|identification) (?:number|document)", r"codice fiscale", r"bsn", r"nino",
        r"medicare(?: number)?", r"social insurance(?: number)?", r"egn", r"curp", r"cpf",
        r"personal number", r"green card", r"visa number", r"sin number", r"pan (?:card|number)",
    )),
    ("phone", (
        r"(?:phone|telephone|mobile|cell|cellphone|landline|contact) (?:phone )?number",
        r"(?:call ?back|best|daytime|home|work|office|alternative|another) (?:phone )?number",
        r"my (?:mobile|cell|phone|number|landline)", r"(?:your|his|her|whatsapp) number",
        r"(?:call|ring|reach|text|phone|contact|get|dial)(?: \w+)?(?: back)? (?:on|at|to)",
        r"calling from", r"ringing from", r"number (?:to|for you|i can)", r"area code", r"mobile",
        r"landline", r"phone on (?:file|record)", r"contact", r"number here", r"telephone",
        r"what number", r"a number",
    )),
    ("thing", (
        r"serial(?:'s| number| no)?", r"hotline", r"helpline",
        r"(?:toll free|freephone)(?: number)?",
    )),
    ("none", (
        r"(?:meter )?reading", r"total(?:'s)?", r"balance", r"amount",
        r"payments?(?: was| of| is)?",
        r"price", r"cost", r"error(?: code)?", r"flight", r"extension", r"option", r"channel",
        r"platform", r"came from", r"model", r"version", r"mileage", r"odometer", r"miles",
        r"(?:in|the|since) year",
        r"how (?:many|much|long|old)",
        r"(?:promo|discount|voucher|coupon|product|item|gift) codes?",
        r"(?:dress|bar|qr|country) codes?",
    )),
)  # fmt: skip

_WEAK: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("order", ("order", "booking", "reservation", "tracking", "parcel", "invoice", "receipt",
               "contract")),
    ("case", ("case", "ticket", "incident", "ref", "claim", "crime")),
    ("card", ("card",)),
)  # fmt: skip
"""Common words: the number must follow at once ("order 4711", "case is 22 17")."""

_FAILS = re.compile(r" (?:is not|is never|isn't|doesn't|won't|hasn't|didn't|never|has not)(?![^ ])")
"""What makes a mention of a code no cue: "the code isn't working, I get 404"."""

_ASKING = word_set("what what's which who whose where when how")
PROMPT_WORDS = 6
"""Words of a prompt such as "and mileage"."""

_LINKS = word_set(
    "number no nr num reference ref id code is it's its was hash uh um er erm the that's says"
)

_CUES = tuple(
    (kind, strong, re.compile(rf"(?<![\w'])(?:{'|'.join(patterns)})(?:'s)?(?![\w'])"))
    for table, strong in ((_STRONG, True), (_WEAK, False))
    for kind, patterns in table
)


@dataclass(frozen=True, slots=True)
class Cue:
    """Words `first` to `last` of a stream announce a number of this kind.

    `left`: words that follow in the same utterance; where they are many, it was no question.
    `until_s`: when the same side asks for something else; the other side's answer comes before.
    """

    kind: Kind
    strong: bool
    first: int
    last: int
    end_s: float
    left: int = 0
    until_s: float = inf


def cues_in(stream: Stream) -> list[Cue]:
    """Every cue of the stream, in order; "order number" is one cue, not two."""
    text, starts = _joined(stream)
    ends = {ref[0]: at for at, ref in enumerate(stream.refs)}
    asked = _questions(stream)
    found: list[Cue] = []
    for kind, strong, pattern in _CUES:
        for match in pattern.finditer(text):
            if kind == "code" and _FAILS.match(text, match.end()):
                continue
            first = bisect_right(starts, match.start()) - 1
            last = bisect_right(starts, match.end() - 1) - 1
            end_s = stream.words[last].end_s
            turn = stream.refs[last][0]
            until_s = next((s for index, s in asked if index > turn), inf)
            found.append(Cue(kind, strong, first, last, end_s, ends[turn] - last, until_s))
    found.sort(key=lambda cue: (cue.first, -cue.last, not cue.strong))
    kept: list[Cue] = []
    for cue in found:
        if not kept or cue.last > kept[-1].last:
            kept.append(cue)
    return kept


def reaches(
    cue: Cue, stream: Stream, position: int, *, same_stream: bool, spelled: bool = False
) -> bool:
    """Whether the word at `position` of `stream` may be the number that the cue announces.

    A cue of the other side ("what's your order number?") must have ended before the number; more
    words may stand before a number that is `spelled` digit by digit.
    """
    start_s = stream.words[position].start_s
    if not -0.5 <= start_s - cue.end_s <= REACH_S:
        return False
    if same_stream:
        between = stream.bare[cue.last + 1 : position]
        return (
            position > cue.last
            and len(between) <= REACH_WORDS
            and (cue.strong or all(word in _LINKS for word in between))
        )
    # The words this side said since the question: too many, and the number answers something else.
    if start_s >= cue.until_s - 0.3:
        return False
    most = REACH_WORDS if not spelled else SPELLED_REACH_WORDS
    first = max(0, position - most - 1)
    since = [word for word in stream.words[first:position] if word.start_s >= cue.end_s - 0.5]
    return cue.strong and len(since) <= most and cue.left <= QUESTION_WORDS


def stands_near(cue: Cue, stream: Stream, position: int) -> bool:
    """Whether a weak cue stands some words before: "another order with you, four five one nine"."""
    near_s = stream.words[position].start_s - cue.end_s <= REACH_S
    return not cue.strong and near_s and 0 < position - cue.last <= WEAK_REACH_WORDS + 1


def questions(stream: Stream) -> list[float]:
    """When a side asks for something, in seconds, without saying a number itself."""
    numeric = {stream.refs[number.first][0] for number in stream.numbers}
    return [start_s for index, start_s in _questions(stream) if index not in numeric]


def _questions(stream: Stream) -> list[tuple[int, float]]:
    """Utterances that ask for something, with when they begin: by a "?", a question's first word,
    or a short "and mileage".
    """
    found = []
    for index, group in groupby(range(len(stream.words)), key=lambda at: stream.refs[at][0]):
        places = list(group)
        said = [stream.bare[at] for at in places if stream.bare[at] not in FILLERS]
        marked = any(stream.words[at].text.rstrip().endswith("?") for at in places)
        prompt = stream.bare[places[0]] == "and" and len(places) <= PROMPT_WORDS
        if said and (marked or prompt or any(word in _ASKING for word in said)):
            found.append((index, stream.words[places[0]].start_s))
    return found


def _joined(stream: Stream) -> tuple[str, list[int]]:
    """The stream's bare words as one text, and where in it each word begins."""
    starts, length = [], 0
    for word in stream.bare:
        starts.append(length)
        length += len(word) + 1
    return " ".join(stream.bare), starts
