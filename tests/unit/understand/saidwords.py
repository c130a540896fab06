"""Transcripts from lines such as "C: my card number is ...", for the tests of understand."""

from pipeline.types import Provenance, Role, Transcript, Utterance, Word

WORD_S, STEP_S, TURN_S = 0.30, 0.35, 0.50
_SIDES: dict[str, tuple[int, Role]] = {
    "A": (0, "agent"),
    "C": (1, "customer"),
    "M": (0, "unknown"),
}


def words(text: str, *, start_s: float = 0.0) -> tuple[Word, ...]:
    """The words of a text, evenly spaced."""
    return tuple(
        Word(
            start_s=start_s + i * STEP_S,
            end_s=start_s + i * STEP_S + WORD_S,
            text=part,
            confidence=0.9,
        )
        for i, part in enumerate(text.split())
    )


def transcript(*lines: str, language: str = "en") -> Transcript:
    """One utterance a line, one after the other: "A: " agent, "C: " customer, "M: " mono."""
    now_s, told = 0.0, []
    for line in lines:
        (channel, role), text = _SIDES[line[0]], line[3:]
        said = words(text, start_s=now_s)
        now_s = said[-1].end_s + TURN_S
        told.append(
            Utterance(
                start_s=said[0].start_s,
                end_s=said[-1].end_s,
                channel=channel,
                role=role,
                text=text,
                confidence=0.9,
                language=language,
                words=said,
            )
        )
    return Transcript(
        recording_id="rec",
        duration_s=now_s,
        language=language,
        roles=(),
        utterances=tuple(told),
        speech=(),
        dropped=(),
        provenance=Provenance(
            stage="listen", engine="test", model="", weights_sha256="", numeric_mode="", version=1
        ),
    )
