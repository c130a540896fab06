"""faster-whisper at int8: one window after another, or several windows of a file in a batch.

Its best settings, tried on the three sets with two cores: beam 1, no timestamps (they cost
tokens), its own speech filter (without it the short recordings loop: 86 % word errors instead of
21 %); the size of a batch makes no difference on the processor. It is fastest with a file on each
core (`a_file_a_core`), 60 instead of 41 times real time on calls, for the same words.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.peers.contender import LANGUAGE, Setup, decoded
from models import weights


class FasterWhisper:
    """`batch_size` 0 is the sequential mode; `a_file_a_core` hears as many files at a time."""

    def __init__(self, setup: Setup, *, batch_size: int, a_file_a_core: bool) -> None:
        import faster_whisper

        from models.ctranslate2_writer import save

        folder = setup.folder / "ctranslate2"
        found = weights.find(setup.model, cache=setup.cache)
        save(weights.load_tensors(found.path), folder, name=found.name)
        self._files_at_once = setup.threads if a_file_a_core else 1
        threads = setup.threads // self._files_at_once
        self._model = faster_whisper.WhisperModel(
            str(folder),
            device="cpu",
            compute_type="int8",
            cpu_threads=threads,
            num_workers=self._files_at_once,
        )
        self._batched = faster_whisper.BatchedInferencePipeline(self._model)
        self._batch_size = batch_size
        how = f"batches of {batch_size} windows" if batch_size else "sequential"
        self.configuration = (
            f"{faster_whisper.__version__}, int8, {how}, beam 1, no fall-back, speech filter, "
            f"no timestamps, {self._files_at_once} files at once on {threads} threads each"
        )

    def hear(self, paths: Sequence[Path]) -> list[str]:
        """The words of each file, in the order given."""
        if self._files_at_once == 1:
            return [self._hear(path) for path in paths]
        with ThreadPoolExecutor(self._files_at_once) as pool:
            return list(pool.map(self._hear, paths))

    def _hear(self, path: Path) -> str:
        options = {
            "language": LANGUAGE,
            "beam_size": 1,
            "temperature": 0.0,
            "vad_filter": True,
            "without_timestamps": True,
        }
        if self._batch_size:
            segments, _ = self._batched.transcribe(
                decoded(path), batch_size=self._batch_size, **options
            )
        else:
            segments, _ = self._model.transcribe(
                decoded(path), condition_on_previous_text=False, **options
            )
        return " ".join(segment.text for segment in segments)


def load(setup: Setup, *, batch_size: int = 0, a_file_a_core: bool = False) -> FasterWhisper:
    """The model at int8 on the processor."""
    return FasterWhisper(setup, batch_size=batch_size, a_file_a_core=a_file_a_core)
