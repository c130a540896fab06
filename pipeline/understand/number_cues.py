"""What people say before a number that tells what number it is: "my order number is ...".

English; a site's other languages rely on the length of the number alone (docs/redaction.md).
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from pipeline.understand.numbers import word_set
from pipeline.understand.streams import Stream

Kind = Literal["card", "code", "phone", "account", "national_id", "order", "case", "none"]
"""What a number is; "none" is nobody's: an amount, a reading, a flight."""

REACH_WORDS = 9
"""Words there may be between a cue and its number."""

WEAK_REACH_WORDS = 5
"""The same for a number told digit by digit after a common word such as "order"."""

REACH_S = 25.0
"""Seconds there may be between a cue and its number: people look for the letter."""

_ID = r"(?:numbers?|nos?|references?|refs?|ids?|codes?)"
_CODE = r"(?:codes?|number|passcodes?|pins?|passwords?)"
_NO_CODE = "".join(
    rf"(?<!{word} )"
    for word in "error product discount promo voucher post zip sort area country dress qr bar item "
    "gift booking tracking fault reference order coupon dialling dialing department".split()
)

_STRONG: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    ("order", (
        rf"(?:order|booking|reservation|purchase|tracking|parcel|shipment) {_ID}",
        rf"(?:invoice|consignment|delivery|confirmation|receipt|contract) {_ID}",
    )),
    ("case", (
        rf"(?:case|ticket|reference|incident|complaint|claim|request|service) {_ID}",
        rf"(?:enquiry|inquiry|query|job|fault|repair|crime) {_ID}",
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
        r"read it (?:back|out|to me)", r"one[ -]time", r"password", r"on the back",
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
    ("none", (
        r"(?:meter )?reading", r"total(?:'s)?", r"balance", r"amount", r"payments?(?: was| of| is)?",
        r"price", r"cost", r"error(?: code)?", r"flight", r"extension", r"option", r"channel",
        r"platform", r"came from", r"model", r"serial", r"version", r"(?:in|the|since) year",
        r"how (?:many|much|long|old)", r"(?:promo|discount|voucher|coupon|product|item|gift) codes?",
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
    """Words `first` to `last` of a stream announce a number of this kind."""

    kind: Kind
    strong: bool
    first: int
    last: int
    end_s: float


def cues_in(stream: Stream) -> list[Cue]:
    """Every cue of the stream, in order; "order number" is one cue, not two."""
    text, starts = _joined(stream)
    found: list[Cue] = []
    for kind, strong, pattern in _CUES:
        for match in pattern.finditer(text):
            first = bisect_right(starts, match.start()) - 1
            last = bisect_right(starts, match.end() - 1) - 1
            end_s = stream.words[last].end_s
            found.append(Cue(kind=kind, strong=strong, first=first, last=last, end_s=end_s))
    found.sort(key=lambda cue: (cue.first, -cue.last, not cue.strong))
    kept: list[Cue] = []
    for cue in found:
        if not kept or cue.last > kept[-1].last:
            kept.append(cue)
    return kept


def reaches(cue: Cue, stream: Stream, position: int, *, same_stream: bool) -> bool:
    """Whether the word at `position` of `stream` may be the number that the cue announces.

    A cue of the other side ("what's your order number?") must have ended before the number.
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
    first = max(0, position - REACH_WORDS - 1)
    since = [word for word in stream.words[first:position] if word.start_s >= cue.end_s - 0.5]
    return cue.strong and len(since) <= REACH_WORDS


def stands_near(cue: Cue, stream: Stream, position: int) -> bool:
    """Whether a weak cue stands some words before: "another order with you, four five one nine"."""
    near_s = stream.words[position].start_s - cue.end_s <= REACH_S
    return not cue.strong and near_s and 0 < position - cue.last <= WEAK_REACH_WORDS + 1


def _joined(stream: Stream) -> tuple[str, list[int]]:
    """The stream's bare words as one text, and where in it each word begins."""
    starts, length = [], 0
    for word in stream.bare:
        starts.append(length)
        length += len(word) + 1
    return " ".join(stream.bare), starts
