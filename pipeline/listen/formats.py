"""Transcripts as files: JSON with everything, plain text, WebVTT and SubRip.

What was translated stands in the last three in English, and in JSON both ways.

WebVTT: https://www.w3.org/TR/webvtt1/. A voice is marked `<v Agent>` there.
"""

import html
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pipeline.english import in_english
from pipeline.types import Transcript, Utterance


def to_json(transcript: Transcript, *, recording: str, speakers: bool = True) -> str:
    """All of a transcript; `recording` is the name that people know the file by.

    Its form is the same with `speakers` and without: roles that nobody looked for are unknown.
    """
    content = {
        "recording": recording,
        "duration_s": transcript.duration_s,
        "language": transcript.language,
        "utterances": [_utterance(utterance) for utterance in transcript.utterances],
        "translation": [_utterance(utterance) for utterance in transcript.translation],
        "dropped": [
            {"start_s": d.start_s, "end_s": d.end_s, "channel": d.channel, "reason": d.reason}
            for d in transcript.dropped
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def to_txt(transcript: Transcript, *, recording: str, speakers: bool = True) -> str:
    """One line an utterance: time, who, words."""
    return "".join(
        f"[{_clock(u.start_s, '.')}] {_said(u, speakers)}\n" for u in in_english(transcript)
    )


def to_vtt(transcript: Transcript, *, recording: str, speakers: bool = True) -> str:
    """WebVTT, with the speaker as a voice."""
    cues = [
        f"{_clock(u.start_s, '.')} --> {_clock(u.end_s, '.')}\n{_voiced(u, speakers)}\n"
        for u in in_english(transcript)
    ]
    return "\n".join(["WEBVTT\n", *cues])


def to_srt(transcript: Transcript, *, recording: str, speakers: bool = True) -> str:
    """SubRip, with the speaker before the words."""
    return "\n".join(
        f"{number}\n{_clock(u.start_s, ',')} --> {_clock(u.end_s, ',')}\n{_said(u, speakers)}\n"
        for number, u in enumerate(in_english(transcript), 1)
    )


FORMATS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {"json": to_json, "txt": to_txt, "vtt": to_vtt, "srt": to_srt}
)


def who(utterance: Utterance) -> str:
    """The speaker in words: the role, or the channel where the role isn't known."""
    if utterance.role == "unknown":
        return f"Channel {utterance.channel + 1}"
    return utterance.role.capitalize()


def _said(utterance: Utterance, speakers: bool) -> str:
    return f"{who(utterance)}: {utterance.text}" if speakers else utterance.text


def _voiced(utterance: Utterance, speakers: bool) -> str:
    text = html.escape(utterance.text, quote=False)
    return f"<v {who(utterance)}>{text}</v>" if speakers else text


def _utterance(utterance: Utterance) -> dict[str, object]:
    return {
        "start_s": utterance.start_s,
        "end_s": utterance.end_s,
        "channel": utterance.channel,
        "role": utterance.role,
        "text": utterance.text,
        "confidence": utterance.confidence,
        "language": utterance.language,
        "words": [
            {"start_s": w.start_s, "end_s": w.end_s, "text": w.text, "confidence": w.confidence}
            for w in utterance.words
        ],
    }


def _clock(seconds: float, mark: str) -> str:
    """`01:02:03.004`; hours always, since every player reads them."""
    ms = round(seconds * 1000)
    whole, ms = divmod(ms, 1000)
    minutes, s = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{s:02d}{mark}{ms:03d}"
