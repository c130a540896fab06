"""What a night costs beside recognition: reading, spans, text models, store, linking, report.

Two-sided calls are made of ../shared/data/speech/harpervalley, each cut at another place so that
all differ, and go through `firstcall run`'s own flow. Models are loaded and Prefect is started
before the clock runs, since a night pays for them once::

    python -m bench.night [--calls 60]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
import soundfile

from bench.speech import SHARED
from pipeline.ingest import audio
from pipeline.ports import SAMPLE_RATE_HZ, SpeechWindow
from pipeline.settings import Ingest, load

if TYPE_CHECKING:
    from flows.tools import Tools

LIMIT = 0.15
_RATE_HZ, _CUT_S = 8000, 0.25
_STAGES = ("reading audio", "speech spans", "recognition", "text models")


class Clock:
    """Seconds spent in parts of the run."""

    def __init__(self) -> None:
        self.took_s = dict.fromkeys(_STAGES, 0.0)

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        """Counts what is done inside."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.took_s[stage] += time.perf_counter() - started

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The function, counted."""

        def call(*args: Any, **named: Any) -> Any:
            with self.running(stage):
                return work(*args, **named)

        return call

    def timed_blocks(self, blocks: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """The generator, counted while it works."""

        def call(*args: Any, **named: Any) -> Iterator[Any]:
            made = blocks(*args, **named)
            while True:
                with self.running("reading audio"):
                    block = next(made, None)
                if block is None:
                    return
                yield block

        return call


def main() -> None:
    """Make the calls, run the night, print where its time went; exit code 1 above the limit."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="firstcall-night-") as temporary:
        folder = Path(temporary)
        audio_s = make_calls(folder / "recordings", n=options.calls)
        clock, took_s = run(folder)
    heard_s = clock.took_s["recognition"]
    rest = {**clock.took_s, "all else": took_s - sum(clock.took_s.values())}
    for stage, seconds in rest.items():
        per_second = 1000 * seconds / audio_s
        print(f"{stage:14s} {seconds:7.1f} s {seconds / took_s:6.1%} {per_second:6.2f} ms a second")
    share = 1 - heard_s / took_s
    print(
        f"{options.calls} calls, {audio_s / 60:.0f} min of two sides, in {took_s:.0f} s "
        f"({audio_s / took_s:.0f} times real time)\n"
        f"beside recognition {share:.1%} of the night (limit {LIMIT:.0%})"
    )
    sys.exit(share > LIMIT)


def make_calls(folder: Path, *, n: int) -> float:
    """Stereo recordings and contacts.csv beside their folder; seconds of audio."""
    folder.mkdir()
    sources = sorted((SHARED / "harpervalley" / "audio" / "agent").glob("*.wav"))
    rows, total_s = ["contact_id,recording,started_at,customer_id,channel_map"], 0.0
    for number in range(n):
        source = sources[number % len(sources)]
        call = _sides(source)[round(number // len(sources) * _CUT_S * _RATE_HZ) :]
        name = f"call-{number:04d}.wav"
        soundfile.write(folder / name, call, _RATE_HZ, subtype="PCM_16")
        started = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(hours=number)
        rows.append(f"c{number},{name},{started.isoformat()},k{number % 20},agent|customer")
        total_s += len(call) / _RATE_HZ
    (folder.parent / "contacts.csv").write_text("\n".join(rows) + "\n")
    return total_s


@cache
def _sides(agent: Path) -> np.ndarray:
    caller = agent.parent.parent / "caller" / agent.name
    own, other = (
        np.concatenate([b.samples[0, ::2] for b in audio.blocks(p, settings=Ingest())])
        for p in (agent, caller)
    )
    n = max(len(own), len(other))
    return np.stack([np.pad(side, (0, n - len(side))) for side in (own, other)], axis=1)


def run(folder: Path) -> tuple[Clock, float]:
    """The flow over the folder; the clock, and seconds that it took."""
    from flows import prefect_env

    prefect_env.prepare(folder / "prefect", tracebacks=False)
    from flows import tasks
    from flows.batch import batch
    from flows.tools import Tools

    chosen = load(None)
    mode = Tools(chosen).numeric_mode()
    settings = load(None, {"listen": {"numeric_mode": mode, "language": "en"}})
    as_json = settings.model_dump_json(exclude_unset=True)
    batch([], str(folder / "empty"), as_json)
    kit, clock = tasks.tools(as_json), Clock()
    _warm_up(kit)
    with ExitStack() as timing:
        for owner, name, stage in (
            (kit.recognizer, "recognize", "recognition"),
            (kit.detector, "speech_probabilities", "speech spans"),
            (kit.encoder, "encode", "text models"),
        ):
            timed = clock.timed(stage, getattr(owner, name))
            timing.enter_context(patch.object(owner, name, timed))
        timing.enter_context(patch.object(audio, "blocks", clock.timed_blocks(audio.blocks)))
        started = time.perf_counter()
        batch(
            [str(folder / "recordings")],
            str(folder / "workspace"),
            as_json,
            contacts=str(folder / "contacts.csv"),
        )
        return clock, time.perf_counter() - started


def _warm_up(kit: "Tools") -> None:
    """Load the models, and have them compile what they compile when first used."""
    noise = np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE_HZ).astype(np.float32)
    kit.detector.speech_probabilities(noise)
    kit.recognizer.recognize([SpeechWindow(samples=noise, group="", language="en")])
    kit.encoder.encode(["hello"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--calls", type=int, default=60)
    return parser.parse_args()


if __name__ == "__main__":
    main()
