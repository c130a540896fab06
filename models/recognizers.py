"""The recognisers there are: `listen.engine` becomes one of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from models import weights
from pipeline.errors import ModelError
from pipeline.ports import Recognizer

Engine = Literal["whisper", "faster-whisper", "transformers"]


def make(
    engine: Engine,
    found: weights.Found,
    *,
    numeric_mode: str,
    batch_windows: int,
    languages: Sequence[str],
    device: Literal["cpu", "cuda"],
    threads: int,
    cache: Path,
    fallback: bool = False,
    vocabulary: Sequence[str] = (),
) -> Recognizer:
    """The engine on the weights found; parameters as in its own file.

    Raises
    ------
    ModelError
        The engine isn't installed, can't read such weights, can't compute in that mode, or knows
        no vocabulary.
    """
    if vocabulary and engine != "whisper":
        raise ModelError(
            "listen.vocabulary",
            f"has {len(vocabulary)} phrases, and engine {engine} can't listen for any",
            remedy="Set listen.engine to whisper, or leave the vocabulary out",
            code="vocabulary",
        )
    if engine == "faster-whisper":
        from models import faster_whisper

        return faster_whisper.recognizer(
            found,
            numeric_mode=numeric_mode,
            batch_windows=batch_windows,
            languages=languages,
            device=device,
            threads=threads,
            cache=cache,
        )
    if engine == "transformers":
        from models import transformers_whisper

        return transformers_whisper.recognizer(
            found,
            numeric_mode=numeric_mode,
            batch_windows=batch_windows,
            languages=languages,
            device=device,
        )
    if numeric_mode == "int8" and device == "cuda":
        raise ModelError(
            "listen.numeric_mode",
            "is int8, which is made for processors; models.device is cuda",
            remedy="Set listen.numeric_mode to float16, bfloat16, float32 or auto. If this "
            "workspace was begun in int8, set models.device to cpu or use a new workspace",
            code="numeric_mode",
        )
    import torch

    from models import self_test
    from models.whisper import WhisperRecognizer

    if numeric_mode == "int8" and not self_test.int8_is_exact():
        raise ModelError(
            "listen.numeric_mode",
            "is int8, which this processor adds up wrongly: the words would be wrong",
            remedy="Set listen.numeric_mode to float32. If this workspace was begun in int8, "
            "run it where it was begun, or use a new workspace",
            code="numeric_mode",
        )

    return WhisperRecognizer(
        found,
        numeric_mode=numeric_mode,
        batch_windows=batch_windows,
        languages=languages,
        device=device,
        threads=(threads or torch.get_num_threads()) if device == "cpu" else 1,
        fallback=fallback,
        vocabulary=vocabulary,
    )


def version(engine: Engine) -> int:
    """The engine's version: raised by hand when its results change."""
    if engine == "faster-whisper":
        from models import faster_whisper

        return faster_whisper.VERSION
    if engine == "transformers":
        from models import transformers_whisper

        return transformers_whisper.VERSION
    from models import whisper

    return whisper.VERSION
