"""The words of a transcript in the orders in which a number may be told: by side, and by time.

A card read out over several turns is one stream of its channel; one that the two sides read
together is found only in all words by time.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pipeline.types import Transcript, Utterance, Word
from pipeline.understand.number_words import word_set
from pipeline.understand.numbers import Number, bare, numbers_in

HESITATIONS = word_set(
    "uh um er erm em ehm ah eh hm hmm mm mhm uhm dash hyphen space comma stroke slash"
)
"""Words that don't end a number."""

FILLERS = HESITATIONS | word_set(
    "and then okay ok yes yeah yep yup right alright sure so the next is it's its that's thats "
    "that followed by for to too my let me see sorry got it go on ahead thanks thank you please "
    "last first four digits number numbers well now like you know again what was a oh o dot point "
    "mm-hmm mm-hm uh-huh good great perfect lovely here i'm i next group correct finally plus "
    "just wait hang hold one second sec carry continue all with of ends end ending are"
)
"""Words between the groups of a card as people read it, and what the other side puts in."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Words in telling order; `refs[i]` is (utterance index, word index) of `words[i]`.

    `letters`: the words of one letter.
    """

    words: tuple[Word, ...]
    refs: tuple[tuple[int, int], ...]
    bare: tuple[str, ...]
    numbers: tuple[Number, ...]
    letters: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Numbers of a stream told in one go: words `first` to `last`, both included."""

    numbers: tuple[Number, ...]

    @property
    def first(self) -> int:
        """First word."""
        return self.numbers[0].first

    @property
    def last(self) -> int:
        """Last word."""
        return self.numbers[-1].last

    @property
    def digits(self) -> str:
        """All digits."""
        return "".join(number.digits for number in self.numbers)


def words_of(utterance: Utterance) -> tuple[Word, ...]:
    """The utterance's words; made from its text, evenly spread in time, where it has none."""
    if utterance.words or not utterance.text.strip():
        return utterance.words
    texts = utterance.text.split()
    step_s = (utterance.end_s - utterance.start_s) / len(texts)
    starts = [utterance.start_s + i * step_s for i in range(len(texts))]
    return tuple(
        Word(start_s=start, end_s=start + step_s, text=text, confidence=utterance.confidence)
        for start, text in zip(starts, texts, strict=True)
    )


def by_channel(transcript: Transcript) -> list[Stream]:
    """One stream a channel, in the order of its utterances."""
    channels = sorted({utterance.channel for utterance in transcript.utterances})
    return [_stream(transcript, [channel]) for channel in channels]


def by_time(transcript: Transcript) -> Stream:
    """All words in the order in which they began."""
    return _stream(transcript, {utterance.channel for utterance in transcript.utterances})


def runs(
    stream: Stream,
    numbers: Sequence[Number],
    *,
    fillers: Collection[str],
    max_fillers: int,
    max_gap_s: float,
) -> Iterator[Run]:
    """Numbers with nothing between them but a few fillers, and no long silence."""
    current: list[Number] = []
    for number in numbers:
        if current and not _joined(stream, current[-1], number, fillers, max_fillers, max_gap_s):
            yield Run(tuple(current))
            current = []
        current.append(number)
    if current:
        yield Run(tuple(current))


def _joined(
    stream: Stream,
    a: Number,
    b: Number,
    fillers: Collection[str],
    max_fillers: int,
    max_gap_s: float,
) -> bool:
    between = stream.bare[a.last + 1 : b.first]
    silence_s = stream.words[b.first].start_s - stream.words[a.last].end_s
    return (
        len(between) <= max_fillers
        and silence_s <= max_gap_s
        and all(not word or word in fillers for word in between)
    )


def _stream(transcript: Transcript, channels: Collection[int]) -> Stream:
    told = [
        (word, (index, position))
        for index, utterance in enumerate(transcript.utterances)
        if utterance.channel in channels
        for position, word in enumerate(words_of(utterance))
    ]
    if len(channels) > 1:
        told.sort(key=lambda pair: (pair[0].start_s, pair[1]))
    words = tuple(word for word, _ in told)
    texts = tuple(bare(word.text) for word in words)
    return Stream(
        words=words,
        refs=tuple(ref for _, ref in told),
        bare=texts,
        letters=tuple(at for at, text in enumerate(texts) if len(text) == 1 and text.isalpha()),
        numbers=tuple(numbers_in(words)),
    )
