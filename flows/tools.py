"""Where settings become models: each loads once a process, when first needed."""

from collections.abc import Callable
from functools import cached_property, partial
from pathlib import Path
from typing import Literal

from models import recognizers, runtime, text_classification, weights
from pipeline.keys import keyed
from pipeline.listen.listen import Listener
from pipeline.ports import (
    Classifier,
    Recognizer,
    SpeechDetector,
    TextEncoder,
    TopicReader,
    VoiceMeter,
)
from pipeline.settings import Settings
from pipeline.taxonomy.loader import Taxonomy, load_topics
from pipeline.types import RedactedTranscript, Transcript
from pipeline.understand.redact import redact

SENTENCE_ENCODER = "all-MiniLM-L6-v2"


def redactor(settings: Settings, secret: bytes) -> Callable[[Transcript], RedactedTranscript]:
    """Redaction as the site wants it; `secret` keys order and case numbers."""
    return partial(
        redact,
        keyed=partial(keyed, secret),
        country=settings.site.country,
        hide_names=settings.redact.names,
    )


class Tools:
    """The models that the settings name. Nothing is loaded before it is asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def recognizer_weights(self) -> weights.Found:
        """Where the recognizer's weights are."""
        chosen = self.settings.listen
        return self._find(chosen.model, chosen.model_path)

    def encoder_weights(self) -> weights.Found:
        """Where the sentence encoder's weights are."""
        chosen = self.settings.understand
        return self._find(chosen.encoder, chosen.encoder_path)

    def _find(self, name: str, explicit: Path | None) -> weights.Found:
        return weights.find(name, cache=self.settings.models.cache_dir, explicit=explicit)

    def numeric_mode(self) -> str:
        """The mode that is set; for auto, what a short test of this machine proposes."""
        chosen = self.settings.listen
        if chosen.numeric_mode != "auto":
            return chosen.numeric_mode
        from models import self_test

        return self_test.propose(chosen.engine, runtime.device(self.settings.models.device))

    @cached_property
    def recognizer(self) -> Recognizer:
        """Speech to words."""
        runtime.set_threads(self.settings.models.threads)
        chosen = self.settings.listen
        return recognizers.make(
            chosen.engine,
            self.recognizer_weights(),
            numeric_mode=self.numeric_mode(),
            batch_windows=chosen.batch_windows,
            languages=chosen.languages,
            device=runtime.device(self.settings.models.device),
            threads=self.settings.models.threads,
            cache=self.settings.models.cache_dir,
            fallback=chosen.fallback,
            vocabulary=chosen.vocabulary,
        )

    @cached_property
    def detector(self) -> SpeechDetector:
        """Where somebody speaks."""
        from models.silero import SileroDetector

        runtime.set_threads(self.settings.models.threads)
        return SileroDetector()

    def classifier_weights(self) -> tuple[weights.Found | None, weights.Found | None]:
        """Weights of the models that stand in the place of our heads: sentiment's, emotions'."""
        chosen = self.settings.understand
        sentiment, emotions = (
            text_classification.weights_of(name, cache=self.settings.models.cache_dir)
            if name
            else None
            for name in (chosen.sentiment_model, chosen.emotion_model)
        )
        return sentiment, emotions

    def encoder_mode(self) -> str:
        """The encoder's numeric mode: the one that is set; for auto, what a short test proposes."""
        chosen = self.settings.understand.numeric_mode
        if chosen != "auto":
            return chosen
        from models import self_test

        return self_test.propose_on_processor()

    @cached_property
    def encoder(self) -> TextEncoder:
        """Sentences to vectors, and to what our heads read, unless others stand in for both."""
        from models.head_file import FEELING
        from models.text_encoder import MiniLmEncoder

        found = self.encoder_weights()
        return MiniLmEncoder(
            found.path,
            name=found.name,
            numeric_mode=self.encoder_mode(),
            threads=runtime.threads(self.settings.models.threads),
            fork=FEELING if None in self.classifier_weights() else None,
        )

    @cached_property
    def sentiment(self) -> Classifier:
        """What reads sentiment."""
        return self._classifier("sentiment", self.classifier_weights()[0])

    @cached_property
    def emotions(self) -> Classifier:
        """What reads emotions."""
        return self._classifier("emotions", self.classifier_weights()[1])

    @staticmethod
    def _classifier(
        what: Literal["sentiment", "emotions"], found: weights.Found | None
    ) -> Classifier:
        from models.feeling import FeelingHead
        from models.head_file import FEELING

        if found is None:
            return FeelingHead(FEELING, what)
        return text_classification.TextClassification(found, what)

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The site's topics."""
        return load_topics(self.settings.understand.topics_file)

    @cached_property
    def topics(self) -> TopicReader | None:
        """Topics that the site has trained; None: those of the taxonomy, by their examples."""
        path = self.settings.understand.topics_head
        if path is None:
            return None
        from models.topic_head import TopicHead

        return TopicHead(path, encoder_sha256=self.encoder.provenance.weights_sha256)

    def listener(self, *, voice: bool = True) -> Listener:
        """A new listener; its models are shared. Without `voice` no voice is read."""
        return Listener(
            self.recognizer,
            self.detector,
            settings=self.settings.listen,
            voice=self._voice() if voice else None,
            ahead=runtime.device(self.settings.models.device) == "cuda",
        )

    def _voice(self) -> VoiceMeter | None:
        if not self.settings.listen.voice_arousal:
            return None
        from models.voice import YinVoice

        return YinVoice()
