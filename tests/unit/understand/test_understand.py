"""The stage as a whole on real weights: topics, the issue, sentiment, other languages."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import numpy as np
import pytest
from saidwords import transcript
from spoken_topics import OUT_OF_SCOPE, TOPICS

from models.feeling import FeelingHead
from models.text_encoder import MiniLmEncoder
from pipeline.insights import ContactInsight
from pipeline.keys import keyed
from pipeline.settings import Understand
from pipeline.taxonomy.loader import load_topics
from pipeline.types import Transcript
from pipeline.understand.redact import redact
from pipeline.understand.understand import understand, understand_many

pytestmark = pytest.mark.weights

GREETING = "A: Thank you for calling Northwind, my name is Sam, how can I help you today?"
BYE = ("A: Is there anything else I can help with?", "C: No, bye.", "A: Have a nice day, goodbye.")

COMPLAINT = (
    GREETING,
    "C: Hi, yes. My dishwasher is leaking all over the kitchen floor. I called last Tuesday about "
    "this and nobody came.",
    "A: I'm sorry to hear that. Can I have your order number?",
    "C: It's 4 7 1 1 2 2.",
    "A: Thank you. I'll put you through to the repair team.",
    "C: Okay. This is ridiculous, it's the third time I'm calling.",
)

NEUTRAL = (
    "Okay.", "Yes please.", "Yes.", "No.", "Mm-hmm.", "My name is Karen Smith.", "Hello.",
    "I'm calling about my order.", "What is my balance?", "It's [ORDER].", "The 14th of March.",
    "Can I have your order number?", "How can I help you today?", "Sure.", "All right.",
    "I would like to change my address.", "What time do you open on Saturday?",
    "I'd like to return a pair of shoes.", "I need to book an engineer visit.",
)  # fmt: skip
NEGATIVE = (
    "This is ridiculous.", "I'm really fed up with this.",
    "I'm very disappointed with your service.", "I'm so frustrated.",
    "You people are useless.", "It's unacceptable.", "That's not good enough.",
    "It's a terrible experience.", "I was charged twice and I'm angry about it.",
    "The parcel arrived damaged, I'm not happy.",
)  # fmt: skip
POSITIVE = (
    "Thank you so much, that's great.", "That's wonderful, you've been really helpful.",
    "Perfect, I really appreciate it.", "Great service, thank you.", "I love the new phone.",
)  # fmt: skip


class Stage:
    """The stage with its models, for one contact or many."""

    def __init__(
        self, encoder: MiniLmEncoder, sentiment: FeelingHead, emotions: FeelingHead
    ) -> None:
        self.with_models = {
            "taxonomy": load_topics(),
            "encoder": encoder,
            "sentiment": sentiment,
            "emotions": emotions,
            "settings": Understand(),
        }

    def one(self, said: Transcript) -> ContactInsight:
        clean = redact(said, keyed=partial(keyed, b"s"))
        return understand(
            clean, started_at=datetime(2026, 3, 12, 10, tzinfo=UTC), **self.with_models
        )

    def many(self, said: list[Transcript]) -> list[ContactInsight]:
        clean = [redact(one, keyed=partial(keyed, b"s")) for one in said]
        return understand_many(clean, started_at=[None] * len(clean), **self.with_models)


@pytest.fixture(scope="module")
def stage(encoder: MiniLmEncoder, sentiment: FeelingHead, emotions: FeelingHead) -> Stage:
    return Stage(encoder, sentiment, emotions)


def test_topics_of_sentences_that_are_not_in_the_file(stage: Stage) -> None:
    found = stage.many([transcript(GREETING, "C: " + said, *BYE) for said, _ in TOPICS])
    best = [insight.topics[0].topic if insight.topics else "unknown" for insight in found]
    wrong = [(s, b) for (s, topic), b in zip(TOPICS, best, strict=True) if topic != b]
    assert len(wrong) <= 0.15 * len(TOPICS), wrong


def test_what_no_topic_covers_is_unknown(stage: Stage) -> None:
    found = stage.many([transcript(GREETING, "C: " + said, *BYE) for said in OUT_OF_SCOPE])
    assert [insight.topics for insight in found] == [()] * len(OUT_OF_SCOPE)


def test_a_greeting_alone_has_neither_topic_nor_issue(stage: Stage) -> None:
    insight = stage.one(transcript(GREETING, "C: Hello?", *BYE))
    assert (insight.topics, insight.issue, insight.issue_embedding) == ((), None, ())


def test_a_contact_is_understood_from_its_words(stage: Stage) -> None:
    insight = stage.one(transcript(*COMPLAINT))
    assert insight.topics[0].topic == "appliance_fault"
    assert "dishwasher is leaking" in insight.topics[0].quote.text
    assert insight.issue is not None and "dishwasher is leaking" in insight.issue.text
    assert insight.issue.role == "customer"
    assert np.linalg.norm(insight.issue_embedding) == pytest.approx(1, abs=1e-5)
    assert [(c.phrase, c.days_ago_min, c.days_ago_max) for c in insight.claims] == [
        ("called_before", 2, 9),
        ("nth_contact", None, None),
    ]
    assert insight.says_transfer and not insight.says_goodbye
    assert insight.sentiment == "negative"


def test_without_roles_the_issue_is_whoever_states_it(stage: Stage) -> None:
    insight = stage.one(transcript(*(f"M{line[1:]}" for line in COMPLAINT)))
    assert insight.issue is not None and "dishwasher is leaking" in insight.issue.text
    assert insight.topics[0].topic == "appliance_fault"


def test_another_language_is_recorded_and_left_alone(stage: Stage) -> None:
    said = transcript("C: Mi lavavajillas no funciona.", "A: Lo siento mucho.", language="es")
    insight = stage.one(said)
    assert (insight.language, insight.topics, insight.issue) == ("es", (), None)
    assert (insight.sentiment, insight.utterance_sentiments) == ("neutral", ())


def test_a_translation_is_read_in_the_place_of_speech_and_says_so(stage: Stage) -> None:
    spoken = transcript("A: Hello?", "C: Съдомиялната ми тече.", language="bg")
    told = transcript(*COMPLAINT)
    insight = stage.one(replace(spoken, translation=told.utterances))
    plain = stage.one(told)
    assert (insight.language, insight.read_from, plain.read_from) == ("bg", "translation", "speech")
    assert insight.topics[0].topic == plain.topics[0].topic == "appliance_fault"
    assert insight.issue is not None and plain.issue is not None
    assert insight.issue == replace(plain.issue, translated=True)
    assert insight.sentiment == plain.sentiment
    assert [c.phrase for c in insight.claims] == [c.phrase for c in plain.claims]
    assert all(c.quote.translated for c in insight.claims)


def test_rules_read_what_was_spoken_and_models_its_translation(stage: Stage) -> None:
    spoken = transcript(
        "C: Mi lavavajillas pierde agua. Llamé el lunes.", "A: Le llamo mañana.", language="es"
    )
    told = transcript("C: My dishwasher is leaking. I called on Tuesday.", "A: I'll call you.")
    insight = stage.one(replace(spoken, translation=told.utterances))
    assert insight.read_from == "translation"
    assert insight.topics[0].topic == "appliance_fault"
    assert insight.topics[0].quote.translated
    assert [(c.quote.text, c.days_ago_min) for c in insight.claims] == [("Llamé el lunes.", 3)]
    assert [(c.quote.text, c.due_words) for c in insight.commitments] == [
        ("Le llamo mañana.", "mañana")
    ]
    assert not any(one.quote.translated for one in (*insight.claims, *insight.commitments))


def test_silence_is_understood_as_nothing(stage: Stage) -> None:
    silent = replace(transcript("C: x"), utterances=())
    assert stage.one(silent).topics == () and stage.many([]) == []


def test_a_contact_is_read_alike_alone_and_among_others(stage: Stage) -> None:
    said = [transcript(*COMPLAINT), *(transcript("C: " + text) for text, _ in TOPICS[:20])]
    assert stage.many(said) == [stage.many([one])[0] for one in said]


@pytest.mark.parametrize(
    ("texts", "label", "least"),
    [(NEUTRAL, "neutral", 0.85), (NEGATIVE, "negative", 0.9), (POSITIVE, "positive", 1.0)],
)
def test_sentiment_of_what_people_say_on_the_telephone(
    stage: Stage, texts: tuple[str, ...], label: str, least: float
) -> None:
    (insight,) = stage.many([transcript(*("C: " + text for text in texts))])
    wrong = [texts[s.index] for s in insight.utterance_sentiments if s.label != label]
    assert len(wrong) <= (1 - least) * len(texts) + 1e-9, wrong


def test_a_contacts_sentiment_is_its_customers_and_its_end_weighs_most(stage: Stage) -> None:
    angry, glad = "C: I'm so angry about this bill.", "C: I'm so happy about this now."
    scores = [
        insight.sentiment_score
        for insight in stage.many(
            [transcript(angry, glad), transcript(glad, angry), transcript("A: I love it.", angry)]
        )
    ]
    assert scores[0] > scores[1] and scores[2] < -0.5


@pytest.mark.parametrize(
    ("said", "emotion"),
    [
        ("I'm so angry about this bill.", "angry"),
        ("Thank you so much for your help, I really appreciate it.", "grateful"),
        ("I don't understand, I'm confused about this letter.", "confused"),
        ("I'm really disappointed with the service.", "disappointed"),
        ("I'm worried that I will lose my money.", "worried"),
        ("I'd like to change my address.", "neutral"),
    ],
)
def test_an_emotion_that_is_named_is_found(stage: Stage, said: str, emotion: str) -> None:
    (utterance,) = stage.one(transcript("C: " + said)).utterance_sentiments
    assert utterance.emotions and utterance.emotions[0].emotion == emotion, utterance.emotions


def test_a_contacts_emotions_are_its_customers_without_manners(stage: Stage) -> None:
    angry = stage.one(transcript("A: I love it, wonderful!", "C: I'm so angry about this bill."))
    assert [score.emotion for score in angry.emotions][:1] == ["angry"]
    manners = stage.one(transcript("C: I'd like to change my address.", "C: Thank you, bye."))
    assert [score.emotion for score in manners.emotions] == ["neutral"]
