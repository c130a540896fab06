"""The Recognizer port's contract, with real weights: every recogniser must pass it."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from soundcheck import channels, said, sample_settings, word_error_rate

from flows.tools import Tools
from pipeline.listen.listen import Listener, ToHear
from pipeline.ports import SAMPLE_RATE_HZ, HeardWindow, Recognizer, Samples, SpeechWindow
from pipeline.types import Transcript

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("real_weights")]

WITHOUT_FASTER_WHISPER = "no faster-whisper to test: pip install 'firstcall[fast]' (extra: dev)"
CALL, OTHER_CALL, SPANISH = "call-0003.wav", "call-0006.mp3", "vm-0058.wav"


@pytest.fixture(
    scope="module", params=["whisper", "whisper float32", "faster-whisper", "transformers"]
)
def tools(
    request: pytest.FixtureRequest, real_weights: None, tmp_path_factory: pytest.TempPathFactory
) -> Tools:
    """One engine after the other, on the same weights; ours as a card would compute, too."""
    engine, _, mode = request.param.partition(" ")
    if engine == "faster-whisper":
        pytest.importorskip("faster_whisper", reason=WITHOUT_FASTER_WHISPER)
    settings = sample_settings()
    path = Tools(settings).recognizer_weights().path
    chosen = {"engine": engine, "model_path": path, "numeric_mode": mode or "auto"}
    listen = settings.listen.model_copy(update=chosen)
    models = settings.models.model_copy(update={"cache_dir": tmp_path_factory.mktemp("cache")})
    return Tools(settings.model_copy(update={"listen": listen, "models": models}))


@pytest.fixture(scope="module")
def recognizer(tools: Tools) -> Recognizer:
    return tools.recognizer


@pytest.fixture(scope="module")
def ours(tools: Tools) -> bool:
    """The others take 30 s of audio for every window: they get fewer."""
    return tools.settings.listen.engine == "whisper"


@pytest.fixture(scope="module")
def call() -> Samples:
    return channels(CALL)[0]


@pytest.fixture(scope="module")
def heard(recognizer: Recognizer, call: Samples) -> HeardWindow:
    """The call by itself."""
    return recognizer.recognize([window(call)])[0]


def window(
    samples: Samples, *, group: str = "g", language: str | None = "en", translate: bool = False
) -> SpeechWindow:
    return SpeechWindow(samples=samples, group=group, language=language, translate=translate)


def text(heard: HeardWindow) -> str:
    return " ".join(word.text for word in heard.words)


def assert_same(one: HeardWindow, other: HeardWindow) -> None:
    """The same words at the same times; confidence may differ by rounding in the arithmetic."""
    assert text(one) == text(other)
    for a, b in zip(one.words, other.words, strict=True):
        assert (a.start_s, a.end_s) == pytest.approx((b.start_s, b.end_s), abs=0.0205)
        assert a.confidence == pytest.approx(b.confidence, abs=1e-3)


def test_a_plain_call_is_understood(ours: bool, heard: HeardWindow) -> None:
    """Ours does better than these weights do by themselves: openai-whisper errs in 7 of 46."""
    assert word_error_rate(said(CALL), text(heard)) <= (0.15 if ours else 7 / 46 + 1e-6)


def test_words_have_times_inside_the_window_that_never_go_back(
    heard: HeardWindow, call: Samples
) -> None:
    times = [t for word in heard.words for t in (word.start_s, word.end_s)]
    assert len(heard.words) > 10
    assert all(a <= b for a, b in pairwise(times))
    assert times[0] >= 0
    assert times[-1] <= len(call) / SAMPLE_RATE_HZ + 0.001
    assert all(0 < word.confidence <= 1 for word in heard.words)
    assert all(word.text == word.text.strip() != "" for word in heard.words)


def test_a_windows_words_do_not_depend_on_its_neighbours(
    recognizer: Recognizer, call: Samples, ours: bool
) -> None:
    """Alone, among equals, among windows of other lengths, before and behind them."""
    target = window(call[: 5 * SAMPLE_RATE_HZ], group="target")
    other = channels(OTHER_CALL)[0]
    lengths = (2, 4, 7.5, 9) if ours else (2, 9)
    mixed = [window(other[: int(s * SAMPLE_RATE_HZ)], group=f"other-{s}") for s in lengths]
    (alone,) = recognizer.recognize([target])
    for batch, place in (
        ([target] * (5 if ours else 2), 1),
        ([target, *mixed], 0),
        ([mixed[-1], target, *mixed[:-1]], 1),
    ):
        assert_same(recognizer.recognize(batch)[place], alone)


def test_results_come_in_the_order_of_the_windows(
    recognizer: Recognizer, call: Samples, ours: bool
) -> None:
    """The recogniser may sort windows for speed; nobody may notice."""
    cuts = [call[: s * SAMPLE_RATE_HZ] for s in ((4, 8, 2) if ours else (4, 8))]
    together = recognizer.recognize([window(cut, group=str(i)) for i, cut in enumerate(cuts)])
    for cut, heard in zip(cuts, together, strict=True):
        assert_same(heard, recognizer.recognize([window(cut)])[0])


def test_no_windows_are_no_results(recognizer: Recognizer) -> None:
    assert recognizer.recognize([]) == []


@pytest.mark.parametrize("n_samples", [1, 160, 8_000])
def test_the_shortest_windows_are_no_trouble(recognizer: Recognizer, n_samples: int) -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, n_samples).astype(np.float32)
    (heard,) = recognizer.recognize([window(noise)])
    assert all(word.end_s <= n_samples / SAMPLE_RATE_HZ + 0.001 for word in heard.words)


def test_the_longest_window_allowed_is_heard_to_its_end(
    recognizer: Recognizer, call: Samples
) -> None:
    n_samples = int(recognizer.max_window_s * SAMPLE_RATE_HZ)
    silence = np.zeros(n_samples - len(call), dtype=np.float32)
    (heard,) = recognizer.recognize([window(np.concatenate([silence, call]))])
    assert word_error_rate(said(CALL), text(heard)) <= 0.2


def test_the_language_is_found_where_nobody_states_it(
    recognizer: Recognizer, call: Samples
) -> None:
    spanish = channels(SPANISH)[0][: 25 * SAMPLE_RATE_HZ]
    heard = recognizer.recognize(
        [
            window(call, group="call", language=None),
            window(spanish, group="voicemail", language=None),
        ]
    )
    assert [h.language for h in heard] == ["en", "es"]


def test_all_windows_of_a_group_are_in_one_language(recognizer: Recognizer) -> None:
    """A short window is a poor witness: its group's longest one decides."""
    spanish = channels(SPANISH)[0]
    parts = [spanish[: 2 * SAMPLE_RATE_HZ], spanish[: 20 * SAMPLE_RATE_HZ]]
    heard = recognizer.recognize([window(part, group="vm", language=None) for part in parts])
    assert [h.language for h in heard] == ["es", "es"]


@pytest.fixture(scope="module")
def voicemail() -> Samples:
    """Carlos, who has no parcel and wants to speak to somebody in Spanish."""
    return channels(SPANISH)[0]


@pytest.fixture(scope="module")
def translated(recognizer: Recognizer, voicemail: Samples, call: Samples) -> list[HeardWindow]:
    """Spanish with its translation, English with translation wanted, Spanish without."""
    return recognizer.recognize(
        [
            window(voicemail, group="wanted", language=None, translate=True),
            window(call[: 5 * SAMPLE_RATE_HZ], group="call", language=None, translate=True),
            window(voicemail, group="plain", language=None),
        ]
    )


def test_a_translation_tells_in_english_what_the_matter_is(translated: list[HeardWindow]) -> None:
    told = " ".join(word.text for word in translated[0].translated).lower()
    wanted = [("name",), ("carlos",), ("package", "parcel"), ("talk", "speak"), ("spanish",)]
    assert not [words for words in wanted if not any(word in told for word in words)], told
    assert "paquete" in text(translated[0])
    assert not translated[0].translated_repeated
    assert -1.0 < translated[0].translated_mean_log_prob < 0


def test_words_of_a_translation_stand_at_their_sound(
    translated: list[HeardWindow], voicemail: Samples
) -> None:
    words = translated[0].translated
    times = [t for word in words for t in (word.start_s, word.end_s)]
    assert all(a <= b for a, b in pairwise(times))
    assert times[0] >= 0 and times[-1] <= len(voicemail) / SAMPLE_RATE_HZ + 0.001
    spoken = {w.text.strip(".,").lower(): w.start_s for w in translated[0].words}
    meant = {w.text.strip(".,").lower(): w.start_s for w in words}
    assert meant["carlos"] == pytest.approx(spoken["carlos"], abs=1.0)
    assert meant["spanish"] == pytest.approx(spoken["español"], abs=1.0)


def test_a_transcript_is_the_same_with_a_translation_and_without(
    translated: list[HeardWindow],
) -> None:
    assert_same(translated[0], translated[2])
    assert translated[0].language == translated[2].language == "es"
    assert translated[0].no_speech_prob == pytest.approx(translated[2].no_speech_prob, abs=1e-3)


def test_only_what_is_not_english_and_is_wanted_is_translated(
    translated: list[HeardWindow],
) -> None:
    assert translated[1].language == "en"
    assert [bool(heard.translated) for heard in translated] == [True, False, False]


def test_a_translation_does_not_depend_on_its_neighbours(
    recognizer: Recognizer, translated: list[HeardWindow], voicemail: Samples
) -> None:
    (alone,) = recognizer.recognize([window(voicemail, language="es", translate=True)])
    assert_same(translated[0], alone)
    assert [w.text for w in alone.translated] == [w.text for w in translated[0].translated]


def listen(tools: Tools, audio: np.ndarray, *, block_s: float = 600) -> Transcript:
    listener = tools.listener()
    size = round(block_s * SAMPLE_RATE_HZ)
    starts = range(0, audio.shape[1], size)
    feed: Sequence[tuple[float, np.ndarray]] = [
        (first / SAMPLE_RATE_HZ, audio[:, first : first + size]) for first in starts
    ]
    listener.feed(ToHear(recording_id="r"), feed)
    listener.flush()
    (done,) = listener.take()
    return done


def test_silence_and_noise_give_no_words(tools: Tools) -> None:
    noise = np.random.default_rng(7).normal(0, 0.003, (1, 30 * SAMPLE_RATE_HZ))
    for audio in (np.zeros((1, 30 * SAMPLE_RATE_HZ)), noise):
        assert listen(tools, audio.astype(np.float32)).utterances == ()


def test_silence_that_was_taken_for_speech_gives_no_words_either(tools: Tools) -> None:
    """The guard stands behind the detector: a detector that hears speech everywhere."""

    class Credulous:
        frame_samples = 512

        def speech_probabilities(self, samples: Samples) -> np.ndarray:
            return np.ones(-(-len(samples) // 512), dtype=np.float32)

    listener = Listener(tools.recognizer, Credulous(), settings=tools.settings.listen)
    silence = np.zeros((1, 20 * SAMPLE_RATE_HZ), dtype=np.float32)
    listener.feed(ToHear(recording_id="r"), [(0.0, silence)])
    listener.flush()
    (done,) = listener.take()
    assert done.utterances == ()


def test_the_ends_of_blocks_lose_and_double_no_words(tools: Tools) -> None:
    """Three calls in a row, heard whole and in blocks of 7 s."""
    gap = np.zeros((1, SAMPLE_RATE_HZ), dtype=np.float32)
    calls = [channels(CALL)[:1], gap, channels(OTHER_CALL)[:1]]
    audio = np.concatenate(calls, axis=1)
    reference = f"{said(CALL)} {said(OTHER_CALL)}"
    heard = {
        block_s: " ".join(u.text for u in listen(tools, audio, block_s=block_s).utterances)
        for block_s in (600, 7)
    }
    whole, cut = (word_error_rate(reference, heard[block_s]) for block_s in (600, 7))
    assert whole <= 0.15
    assert cut <= whole + 0.1
