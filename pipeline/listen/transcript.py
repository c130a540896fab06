"""From words with times to utterances with a side and a role."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.types import Role, RoleEvidence, Transcript, Utterance, Word

# Languages written without spaces between words.
_WITHOUT_SPACES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})

_SENTENCE_ENDS = (".", "?", "!", "。", "？", "！")
_BREATH_S = 0.3
_LONG_S = 5.0


def utterances(
    words: Iterable[tuple[Word, str]], *, channel: int, role: Role, pause_s: float
) -> list[Utterance]:
    """One side's words, in order, cut at long pauses, at sentence ends, and where a language ends.

    A sentence end cuts where a breath follows it or the utterance is long already: in a recording
    with both speakers on one channel the next sentence may be the other's.

    Parameters
    ----------
    words : iterable of (Word, str)
        Words in time order, each with its language code.
    """
    out: list[Utterance] = []
    group: list[Word] = []
    spoken = ""
    for word, language in words:
        if group and (language != spoken or _cuts(group, word, pause_s)):
            out.append(_utterance(group, channel=channel, role=role, language=spoken))
            group = []
        group.append(word)
        spoken = language
    if group:
        out.append(_utterance(group, channel=channel, role=role, language=spoken))
    return out


def _cuts(group: Sequence[Word], following: Word, pause_s: float) -> bool:
    last = group[-1]
    gap_s = following.start_s - last.end_s
    if not last.text.endswith(_SENTENCE_ENDS):
        return gap_s > pause_s
    return gap_s >= _BREATH_S or last.end_s - group[0].start_s >= _LONG_S


def _utterance(words: Sequence[Word], *, channel: int, role: Role, language: str) -> Utterance:
    return Utterance(
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        channel=channel,
        role=role,
        text=joined(words, language),
        confidence=round(sum(word.confidence for word in words) / len(words), 4),
        language=language,
        words=tuple(words),
    )


def joined(words: Sequence[Word], language: str) -> str:
    """The words as a sentence, as the language writes them."""
    return ("" if language in _WITHOUT_SPACES else " ").join(word.text for word in words)


def roles(
    n_channels: int, channel_map: tuple[Role, ...] | None, source: str
) -> tuple[RoleEvidence, ...]:
    """Who is on each channel, as far as the channel map says; `unknown` where it doesn't.

    One channel with both speakers in it has no role of its own, whatever a map says of channel 0,
    unless the map names exactly one side.
    """
    if channel_map is not None and len(channel_map) == n_channels:
        return tuple(
            RoleEvidence(
                channel=i,
                role=role,
                confidence=0.0 if role == "unknown" else 1.0,
                reason=f"channel map ({source})",
            )
            for i, role in enumerate(channel_map)
        )
    said = "no channel map" if channel_map is None else f"a map of {len(channel_map)} channels"
    reason = f"{said} for {n_channels} channel{'s' if n_channels > 1 else ''}"
    return tuple(
        RoleEvidence(channel=i, role="unknown", confidence=0.0, reason=reason)
        for i in range(n_channels)
    )


def with_roles(
    transcript: Transcript, channel_map: tuple[Role, ...] | None, source: str
) -> Transcript:
    """The transcript as a channel map sees it: corrected metadata needs no new transcription.

    Readings of a voice that turns out not to be the customer's go.
    """
    evidence = roles(len(transcript.roles), channel_map, source)
    utterances, translation = (
        tuple(replace(utterance, role=evidence[utterance.channel].role) for utterance in told)
        for told in (transcript.utterances, transcript.translation)
    )
    voice = tuple(one for one in transcript.voice if evidence[one.channel].role == "customer")
    return replace(
        transcript, roles=evidence, utterances=utterances, translation=translation, voice=voice
    )
