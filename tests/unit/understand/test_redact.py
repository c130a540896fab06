"""The rules of redaction as a table: what was said, what is stored."""

from functools import partial

import pytest
from saidwords import transcript, words

from pipeline.keys import keyed
from pipeline.types import RedactedTranscript
from pipeline.understand.redact import redact

KEY = partial(keyed, b"a secret of the test")


def clean(*lines: str) -> RedactedTranscript:
    return redact(transcript(*lines), keyed=KEY)


def texts(*lines: str) -> list[str]:
    return [utterance.text for utterance in clean(*lines).transcript.utterances]


ONE_LINE = [
    # cards
    ("My card number is four one one one, one one one one, uh, one one one one and then one one "
     "one one.", "My card number is [CARD]."),
    ("it's 4111-1111-1111-1111.", "it's [CARD]."),
    ("it's 4111 1111 1111 1111 thanks", "it's [CARD] thanks"),
    ("it is 4111 1111 1111 1112", "it is [CARD]"),  # one digit misheard: no Luhn, still a card
    ("THREE SEVEN EIGHT TWO, eight two two four six three, one double zero oh five", "[CARD]"),
    ("Meine Kartennummer ist 4111 1111 1111 1111.", "Meine Kartennummer ist [CARD]."),
    ("the card is 4111 1111 1111", "the card is [CARD]"),
    ("my credit card, the number is 5500 0000 0000 0005 and it expires 12 26",
     "my credit card, the number is [CARD] and it expires 12 26"),
    ("It's 4111 1111 oh wait that's not, hmm, my old card, 1111 1111",
     "It's [CARD] oh wait that's not, hmm, my old card, [CARD]"),
    ("the card ending in 4242 please", "the card ending in 4242 please"),
    # codes
    ("My PIN is one two three four. I can't pin it down.",
     "My PIN is [CODE]. I can't pin it down."),
    ("the security code is 991", "the security code is [CODE]"),
    ("cvv nine nine one", "cvv [CODE]"),
    ("the one time passcode is 48 29 10.", "the one time passcode is [CODE]."),
    ("My password is not working. My password is Fluffy99.",
     "My password is not working. My password is [CODE]."),
    # accounts
    ("sort code twelve thirty four fifty six and account number 1 2 3 4 5 6 7 8",
     "sort code [ACCOUNT] and account number [ACCOUNT]"),
    ("My IBAN is GB29 NWBK 6016 1331 9268 19 thanks", "My IBAN is [ACCOUNT] thanks"),
    ("send it to DE89370400440532013000 please", "send it to [ACCOUNT] please"),
    ("My IBAN is G B two nine N W B K 6016 double three one 9268 nineteen",
     "My IBAN is [ACCOUNT]"),
    # national ids
    ("social security number ends in 1234", "social security number ends in [NATIONAL_ID]"),
    ("my national insurance number is Q Q, twelve, 34 56 C thanks",
     "my national insurance number is [NATIONAL_ID] thanks"),
    ("PESEL is 84 03 17 42 166", "PESEL is [NATIONAL_ID]"),
    # addresses
    ("my postcode is SW1A 1AA and I live at 22 Baker Street",
     "my postcode is [ADDRESS] and I live at [ADDRESS]"),
    ("it's E H six, six T T, do you know it", "it's [ADDRESS] do you know it"),
    ("Deliver it to Flat 4, 19 Marine Parade, Leeds. It's urgent.",
     "Deliver it to [ADDRESS]. It's urgent."),
    ("meine Adresse, my address is Lindenallee 48, 50968 Köln.",
     "meine Adresse, my address is [ADDRESS]."),
    # dates of birth
    ("my date of birth is the 14th of March 1985.", "my date of birth is [BIRTH_DATE]."),
    ("I was born on the second of November ninety one", "I was born [BIRTH_DATE]"),
    ("DOB 10.08.1985, thanks", "DOB [BIRTH_DATE] thanks"),
    # telephones
    ("My number is oh seven seven double oh, nine hundred, one two three.",
     "My number is [PHONE]."),
    ("call me back on 07700 900123 please", "call me back on [PHONE] please"),
    ("(555) 123-4567 is my phone", "[PHONE] is my phone"),
    ("it's +359 88 812 3456", "it's [PHONE]"),
    ("you can reach me at 555 0199", "you can reach me at [PHONE]"),
    ("my number is five five five, and then two three four, then nine eight seven six",
     "my number is [PHONE]"),
    ("the code you sent is 123456 but the error code is 404",
     "the code you sent is [CODE] but the error code is 404"),
    # e-mail
    ("email me at jane dot smith at example dot com", "email me at [EMAIL]"),
    ("jane.smith@example.com is fine, thanks", "[EMAIL] is fine, thanks"),
    ("J-A-N-E, jane, dot smith, at gmail dot com.", "[EMAIL]"),
    ("my email is bob underscore 77 at yahoo dot co dot uk okay", "my email is [EMAIL] okay"),
    ("jane @ example .com", "[EMAIL]"),
    # orders and cases
    ("I'm calling about order FC-1042. It's my third call.",
     "I'm calling about order [ORDER]. It's my third call."),
    ("my order number is F C 1 0 4 2, and 3 of them broke",
     "my order number is [ORDER] and 3 of them broke"),
    ("the tracking number is 1Z999AA10123456784", "the tracking number is [ORDER]"),
    ("the booking reference is X K Q T P L", "the booking reference is [ORDER]"),
    ("reference number is seven seven two nine one, ticket 88213",
     "reference number is [CASE] ticket [CASE]"),
    ("I have another order with you, four five one nine, a set of pans",
     "I have another order with you, [ORDER] a set of pans"),
    ("order A B 4711. A man came.", "order [ORDER]. A man came."),
]  # fmt: skip

INNOCENT = [
    "I have 3 boxes and 24 items and I waited 45 minutes in 2024, not 2025.",
    "My card was charged £1,250.00 on the 14th of March 2026 at 10:30.",
    "I called 3 times, on the 12th, the 13th and the 14th, between 9 and 10, for 60 pounds each.",
    "my bill was 1,204 dollars and 56 cents, up from 90 the month before",
    "our shop is at 22 Baker Street, open from nine to five",
    "it's the 12th of March today and I was born to shop here since 1998",
    "the letter of 4 April 2023 says I owe 1,069.22",
    "I tried your hotline on 0345 496 0099",
    "the serial number is 4417 1234 9101 22",
    "The meter reading is six one four oh seven",
    "It's a Samsung UE55 AU7100 with an M6 screw and an HP 305 XL",
    "I ordered two pizzas and order 66 was funny. The order of 2024 units.",
    "I called on 14/09/2026 at 3pm and again on 16/09/2026",
    "Oh, one moment, I'll be with you in two seconds.",
    "nineteen ninety nine was a good year, so was two thousand and eight",
    "look at our website at example dot com",
    "The amount was 4,111 and 1,111 and then 1,111",
    "I've got an error E 24 on the display, model WM 1400 S",
    "between 2 and 4 or 5 and 7 and then 8 and 9",
    "case 12, row 14, seat 22, order 3 of 4",
    "I paid by card, 49.99, three weeks ago.",
    "It weighs 2.5 kilos and takes 100 gigabytes of 4G data",
    "my password has expired and my password isn't accepted",
]


@pytest.mark.parametrize(("said", "stored"), ONE_LINE)
def test_personal_data_becomes_its_placeholder(said: str, stored: str) -> None:
    assert [text.rstrip(".") for text in texts("C: " + said)] == [stored.rstrip(".")]


@pytest.mark.parametrize("said", INNOCENT)
def test_innocent_numbers_stay(said: str) -> None:
    assert texts("C: " + said) == [said]


def test_a_card_told_over_turns_and_the_code_after_it_are_gone() -> None:
    assert texts(
        "A: Can I take the long card number please?",
        "C: four one one one",
        "A: four one one one",
        "C: double one double one",
        "A: mm-hmm",
        "C: one one one one, one one one one",
        "A: And the three digits on the back?",
        "C: nine nine one",
    )[1::2] == ["[CARD]", "[CARD]", "[CARD]", "[CODE]"]


def test_groups_of_a_card_with_talk_between_are_gone() -> None:
    stored = texts(
        "C: The card number is forty one eleven",
        "A: Go on.",
        "C: let me get my glasses, hold on a moment, they were here",
        "C: eleven eleven eleven eleven",
        "C: and eleven eleven, I paid 250 pounds",
    )
    assert stored[0] == "The card number is [CARD]"
    assert stored[3:] == ["[CARD]", "[CARD] I paid 250 pounds"] or stored[3:] == [
        "[CARD]",
        "and [CARD] I paid 250 pounds",
    ]


def test_the_read_back_on_the_other_channel_is_gone_too() -> None:
    stored = texts(
        "C: it is 4111 1111 1111 1111",
        "A: that is four one one one, one one one one, one one one one, one one one one, right?",
    )
    assert stored == ["it is [CARD]", "that is [CARD] right?"]


def test_a_card_that_two_sides_read_together_is_gone() -> None:
    stored = texts("C: 4111 1111", "A: 1111 1111, is that right?")
    assert not any(c.isdigit() for text in stored for c in text)


def test_the_question_of_the_other_side_tells_what_the_number_is() -> None:
    assert texts(
        "A: Can I take the card number please?",
        "C: 4111 1111 1111 1111",
        "A: And your order number?",
        "C: 12345678",
        "A: and the verification code?",
        "C: 4 4 2 1",
    )[1::2] == ["[CARD]", "[ORDER]", "[CODE]"]


def test_a_password_told_in_answer_is_gone_but_not_a_yes() -> None:
    asked = "A: Can you confirm the password on the account?"
    assert texts(asked, "C: It's blue elephant.")[1] == "It's [CODE]."
    assert texts(asked, "C: Sorry I forgot it.")[1] == "Sorry I forgot it."


def test_the_question_tells_a_date_of_birth_from_another_date() -> None:
    stored = texts(
        "A: What is your date of birth?",
        "C: The first of June 1970.",
        "A: And when shall the cover start?",
        "C: The first of June please.",
    )
    assert stored[1::2] == ["[BIRTH_DATE].", "The first of June please."]


def test_a_house_number_alone_is_an_address_only_where_it_was_asked_for() -> None:
    assert texts("A: And the house number?", "C: Sixty one.")[1] == "[ADDRESS]."
    assert texts("A: And how many were there?", "C: Sixty one.")[1] == "Sixty one."


def test_an_amount_after_a_code_is_no_read_back() -> None:
    assert texts(
        "A: And the security code?",
        "C: one eight three",
        "A: Thank you, and that's 87 14 in all.",
    ) == ["And the security code?", "[CODE]", "Thank you, and that's 87 14 in all."]


def test_a_number_goes_on_after_the_other_sides_yes_and_after_a_correction() -> None:
    assert texts("C: sort code 60 83", "A: okay", "C: and then 71")[::2] == [
        "sort code [ACCOUNT]",
        "and then [ACCOUNT]",
    ]
    assert texts("C: my PIN is 4 4 2 1. No, sorry, 4 4 2 2.") == [
        "my PIN is [CODE]. No, sorry, [CODE]."
    ]


def test_a_password_is_gone_where_it_is_said_again_or_spelled() -> None:
    assert texts(
        "A: What would you like as your password?",
        "C: Can I have Galway Bay?",
        "A: Is that G A L W A Y B A Y, all one?",
    )[1:] == ["Can I have [CODE]?", "Is that [CODE] all one?"]


def test_names_go_only_where_a_site_wants_it() -> None:
    lines = (
        "A: Anna speaking, who am I talking to?",
        "C: Hi, my name is Bob Lee.",
        "A: Hello Bob.",
    )
    assert texts(*lines) == [line[3:] for line in lines]
    stored = redact(transcript(*lines), keyed=KEY, hide_names=True).transcript.utterances
    assert [u.text for u in stored] == [
        "[NAME] speaking, who am I talking to?",
        "Hi, my name is [NAME].",
        "Hello [NAME].",
    ]


def test_an_order_number_lives_on_as_one_key_however_it_is_said() -> None:
    spoken = clean("A: What's your order number?", "C: It's four seven one one two two.",
                   "A: four seven one one two two, thank you.")  # fmt: skip
    written = clean("C: about order 471122, it never came")
    assert [e.key for e in spoken.entities] == [KEY("order", "471122")]
    assert [e.key for e in written.entities] == [e.key for e in spoken.entities]
    assert [u.text for u in spoken.transcript.utterances][1:] == [
        "It's [ORDER].",
        "[ORDER] thank you.",
    ]


def test_a_number_read_back_in_one_channel_is_one_number() -> None:
    mono = clean("M: Can I have your case number? Yes it's 123456. 123456, thank you.")
    assert [e.key for e in mono.entities] == [KEY("case", "123456")]


def test_an_entity_never_holds_the_digits() -> None:
    assert all("1042" not in repr(e) for e in clean("C: order FC-1042 and case 99871042").entities)


def test_a_placeholder_spans_the_words_it_stands_for() -> None:
    said = transcript("C: it is 4111 1111 1111 1111 thanks")
    stored = redact(said, keyed=KEY)
    (utterance,), spoken = stored.transcript.utterances, said.utterances[0].words
    placeholder = utterance.words[2]
    assert (placeholder.start_s, placeholder.end_s) == (spoken[2].start_s, spoken[5].end_s)
    assert [(r.kind, r.start_s, r.end_s, r.channel) for r in stored.redactions] == [
        ("card", spoken[2].start_s, spoken[5].end_s, 1)
    ]


def test_an_utterance_without_words_is_read_from_its_text() -> None:
    from dataclasses import replace

    said = transcript("C: it is 4111 1111 1111 1111 thanks")
    bare = replace(said, utterances=(replace(said.utterances[0], words=()),))
    assert redact(bare, keyed=KEY).transcript.utterances[0].text == "it is [CARD] thanks"


def test_a_text_that_says_more_than_its_words_is_made_again_from_them() -> None:
    from dataclasses import replace

    said = transcript("C: hello there")
    odd = replace(said.utterances[0], text="hello 4111 1111 1111 1111 there")
    stored = redact(replace(said, utterances=(odd,)), keyed=KEY)
    assert stored.transcript.utterances[0].text == "hello there"


def test_a_transcript_without_personal_data_is_left_as_it_is() -> None:
    said = transcript("A: How can I help?", "C: My dishwasher is leaking.")
    assert redact(said, keyed=KEY).transcript == said
    assert words("") == ()


def test_a_translation_is_redacted_by_itself_and_as_thoroughly() -> None:
    """Cues are English: what only the translation shows goes from the speech as well."""
    from dataclasses import replace

    spoken = transcript("C: Mi pedido es el 77310 y mi tarjeta 4111 1111 1111 1111.", language="es")
    told = transcript("C: My order is the 77310 and my card 4111 1111 1111 1111.")
    stored = redact(replace(spoken, translation=told.utterances), keyed=KEY)
    (utterance,), (english,) = stored.transcript.utterances, stored.transcript.translation
    assert utterance.text == "Mi pedido es el [ORDER] y mi tarjeta [CARD]."
    assert english.text == "My order is the [ORDER] and my card [CARD]."
    assert "4111" not in repr(stored) and "77310" not in repr(stored)
    assert [e.key for e in stored.entities] == [KEY("order", "77310")]
    assert sorted(r.kind for r in stored.redactions) == ["card", "order"]


def test_an_entity_of_speech_and_translation_is_one_entity() -> None:
    from dataclasses import replace

    said = transcript("C: order FC-1042")
    both = redact(replace(said, translation=said.utterances), keyed=KEY)
    alone = redact(said, keyed=KEY)
    assert (both.entities, both.redactions) == (alone.entities, alone.redactions)


@pytest.mark.parametrize(
    ("question", "answer", "english", "secret"),
    [
        ("And the verification code?", "Es 4421.", "It's 4421.", "4421"),
        ("Your account number please?", "Es 1234567.", "It is 1234567.", "1234567"),
        ("What is your password?", "Es elefante azul.", "It's blue elephant.", "blue elephant"),
    ],
)
def test_an_english_question_reaches_its_translated_answer(
    question: str, answer: str, english: str, secret: str
) -> None:
    """An English agent and a Spanish caller: neither side alone shows what the number is."""
    from dataclasses import replace

    asked = transcript(f"A: {question}", f"C: {answer}").utterances
    told = transcript(f"A: {question}", f"C: {english}").utterances
    asked = (asked[0], replace(asked[1], language="es"))
    both = replace(transcript("C: x"), utterances=asked, translation=told[1:])
    stored = redact(both, keyed=KEY)
    assert secret not in repr(stored)
