"""faster-whisper's engine (CTranslate2) behind the Recognizer port: extra `fast`.

Its own encoder, decoder and alignment on batches of windows. Its voice activity detection stays
out: windows are packed speech already. Sizes that openai-whisper knows are converted from the
weights that are here, once; a folder or hub id of CTranslate2's is taken as it is.
"""

import os
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models import checkpoints, weights
from models.batched import Audio, BatchedRecognizer, Followed, Said
from models.whisper_vocabulary import not_said, tokenizer
from models.word_times import FRAME_S, n_frames
from pipeline.errors import ModelError
from pipeline.types import Provenance

if TYPE_CHECKING:
    import ctranslate2
    import faster_whisper

VERSION = 2
"""Raised by hand when results change with the same weights and settings."""

_MEL_FRAMES = 2  # to one frame of the encoder's output
_MOST_PROMPT = 4


def recognizer(
    found: weights.Found,
    *,
    numeric_mode: str,
    batch_windows: int,
    languages: Sequence[str],
    device: str,
    threads: int,
    cache: Path,
) -> "BatchedRecognizer[ctranslate2.StorageView]":
    """faster-whisper as a Recognizer.

    Parameters
    ----------
    found : weights.Found
        openai-whisper's weights, or a CTranslate2 folder.
    numeric_mode : str
        float32, bfloat16, float16, int8: those that CTranslate2 can do on the device; auto for
        int8 on a processor, float16 on a card.
    device : {"cpu", "cuda"}
        Where the network runs.
    threads : int
        Processor threads; 0 lets CTranslate2 decide.
    cache : Path
        Where a converted folder is kept.

    Raises
    ------
    ModelError
        faster-whisper isn't installed, or can't do what is asked.
    """
    library = _library()
    sha256 = checkpoints.sha256(found.path)
    mode = _mode(numeric_mode, device)
    folder = _folder(found, sha256, cache)
    loaded = library.WhisperModel(
        str(folder), device=device, compute_type=mode, cpu_threads=threads, local_files_only=True
    )
    return BatchedRecognizer(
        _CTranslate2(loaded, folder),
        provenance=Provenance(
            stage="listen",
            engine=f"faster-whisper {version('faster-whisper')}",
            model=found.name,
            weights_sha256=sha256,
            numeric_mode=mode,
            version=VERSION,
        ),
        batch_windows=batch_windows,
        languages=languages,
    )


class _CTranslate2:
    """Fulfils `models.batched.Engine`."""

    def __init__(self, loaded: "faster_whisper.WhisperModel", folder: Path) -> None:
        self._loaded, self._model = loaded, loaded.model
        self.n_vocabulary = _n_vocabulary(folder)
        plain = tokenizer(self.n_vocabulary)
        self._end = plain.eot
        # Nothing but text and the end: no timestamps, no tasks, no signs of subtitles.
        special = range(plain.eot + 1, self.n_vocabulary)
        self._banned = sorted({*not_said(plain), *special})

    def encode(self, audio: Audio) -> "ctranslate2.StorageView":
        """Encoder output [n_windows, 1500, n_state], where the network runs."""
        mels = [self._loaded.feature_extractor(row, padding=0) for row in audio]
        return self._loaded.encode(np.stack(mels))

    def language_probs(self, encoded: "ctranslate2.StorageView") -> list[dict[str, float]]:
        """The probability of every language code."""
        found = self._model.detect_language(encoded)
        return [{name.strip("<|>"): prob for name, prob in row} for row in found]

    def pick(
        self, encoded: "ctranslate2.StorageView", rows: Sequence[int]
    ) -> "ctranslate2.StorageView":
        """The encoder's output of some of the windows."""
        return _rows(encoded, list(rows))

    def decode(
        self,
        encoded: "ctranslate2.StorageView",
        prompts: Sequence[Sequence[int]],
        limits: Sequence[int],
    ) -> list[Said]:
        """Greedy; the batch goes on to its longest limit, shorter ones are cut by the caller."""
        results = self._model.generate(
            encoded,
            [list(prompt) for prompt in prompts],
            beam_size=1,
            max_length=_MOST_PROMPT + max(limits),
            suppress_blank=True,
            suppress_tokens=self._banned,
            return_no_speech_prob=True,
        )
        return [
            Said(
                tokens=[token for token in result.sequences_ids[0] if token < self._end],
                no_speech_prob=result.no_speech_prob,
            )
            for result in results
        ]

    def follow(
        self,
        encoded: "ctranslate2.StorageView",
        prompts: Sequence[Sequence[int]],
        tokens: Sequence[Sequence[int]],
        durations_s: Sequence[float],
    ) -> list[Followed]:
        """CTranslate2 aligns windows of one language at a time."""
        followed: dict[int, Followed] = {}
        for prompt in sorted({tuple(prompt) for prompt in prompts}):
            rows = [i for i, other in enumerate(prompts) if tuple(other) == prompt]
            aligned = self._model.align(
                encoded if len(rows) == len(prompts) else _rows(encoded, rows),
                list(prompt[:-1]),  # it adds "no timestamps" itself
                [list(tokens[i]) for i in rows],
                [_MEL_FRAMES * n_frames(durations_s[i]) for i in rows],
            )
            followed |= {i: _followed(one) for i, one in zip(rows, aligned, strict=True)}
        return [followed[i] for i in range(len(prompts))]


def _followed(aligned: Any) -> Followed:
    texts, frames = np.array(aligned.alignments, dtype=int).reshape(-1, 2).T
    probs = np.clip(aligned.text_token_probs, 1e-8, 1.0)
    first = np.searchsorted(texts, np.arange(len(probs) + 1))
    return Followed(
        starts_s=[float(frame) * FRAME_S for frame in frames[first]],
        log_probs=[float(x) for x in np.log(probs)],
    )


def _rows(encoded: "ctranslate2.StorageView", rows: list[int]) -> "ctranslate2.StorageView":
    import ctranslate2

    plain = np.asarray(encoded.to_device(ctranslate2.Device.cpu).to(ctranslate2.DataType.float32))
    return ctranslate2.StorageView.from_array(np.ascontiguousarray(plain[rows]))


def _library() -> Any:
    try:
        import faster_whisper
    except ImportError as error:
        raise ModelError(
            "listen.engine = faster-whisper",
            "the library is not installed",
            remedy='Run: pip install "firstcall[fast]" (or: pip install "faster-whisper>=1.2")',
            code="engine_missing",
        ) from error
    return faster_whisper


def _mode(numeric_mode: str, device: str) -> str:
    import ctranslate2

    able = ctranslate2.get_supported_compute_types(device)
    if numeric_mode not in able:
        allowed = sorted(able & {"float32", "bfloat16", "float16", "int8"})
        raise ModelError(
            "listen.numeric_mode",
            f"faster-whisper can't compute in {numeric_mode} on this machine's {device}; it can in "
            + ", ".join(allowed),
            remedy=f"Set listen.numeric_mode to {allowed[0]}, or listen.engine to whisper",
            code="numeric_mode",
        )
    return numeric_mode


def _folder(found: weights.Found, sha256: str, cache: Path) -> Path:
    """The CTranslate2 folder of the weights, made now if it isn't there.

    It appears under its name when it is whole; of two processes that make it, one is the first.
    """
    form = checkpoints.form(found.path)
    if form == "ctranslate2":
        return found.path
    if form != "openai":
        raise checkpoints.refuse(
            found.path, "faster-whisper", wants="openai-whisper's weights or a CTranslate2 folder"
        )
    from models.ctranslate2_writer import save

    target = cache / "ctranslate2" / f"{found.name.replace('/', '--')}-{sha256[:16]}"
    if target.is_dir():
        return target
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        save(weights.load_tensors(found.path), temporary, name=found.name)
        temporary.rename(target)
    except OSError:
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def _n_vocabulary(folder: Path) -> int:
    import json

    for name in ("vocabulary.json", "vocabulary.txt"):
        file = folder / name
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            return len(json.loads(text)) if name.endswith("json") else len(text.splitlines())
    raise ModelError(
        str(folder),
        "holds no vocabulary.json",
        remedy="Set listen.model_path to a whole CTranslate2 folder, or fetch it again",
        code="weights_shape",
    )
