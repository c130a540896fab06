"""Peak memory of listening to one long recording.

A recording of hours, made of the sample's speech with silence between (8 kHz mu-law), goes from a
file to the workspace as any other does. It must not lie in memory at once::

    python -m bench.memory [--hours 3] [--speech 0.1] [--channels 1]
"""

import argparse
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from flows import gather, shard, stages
from flows.shard import Done
from flows.tools import Tools
from pipeline.ingest import audio
from pipeline.settings import Settings, load
from pipeline.store.store import Store

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "sample"
CALLS = ("call-0003.wav", "call-0022.wav", "call-0037.wav", "call-0042.wav")
RATE_HZ = 8000
LIMIT_GIB = 2.5


def main() -> None:
    """Make the recording, listen to it, and print the peak; exit code 1 above the limit."""
    options = _options()
    settings = load(SAMPLE / "firstcall.toml")
    with tempfile.TemporaryDirectory(prefix="firstcall-memory-") as temporary:
        folder = Path(temporary) / "recordings"
        folder.mkdir()
        write_long(
            folder / "long.wav",
            speech(settings),
            hours=options.hours,
            share=options.speech,
            n_channels=options.channels,
        )
        after_making = peak_gib()
        started = time.monotonic()
        done = listen_to(folder, Path(temporary) / "workspace", settings)
        took_s = time.monotonic() - started
    peak = peak_gib()
    print(
        f"{done.audio_s / 3600:.2f} h, {options.channels} channel(s), {options.speech:.0%} speech: "
        f"{done.ok} heard, {done.failed} failed, in {took_s:.0f} s "
        f"({done.audio_s / took_s:.0f} times real time)\n"
        f"peak memory {peak:.2f} GiB (limit {LIMIT_GIB}); {after_making:.2f} GiB before listening"
    )
    sys.exit(done.ok != 1 or peak > LIMIT_GIB)


def speech(settings: Settings) -> NDArray[np.float32]:
    """Some calls of the sample, one after another, at 8 kHz: nothing in them is above 4 kHz."""
    found = [
        block.samples[0, ::2]
        for name in CALLS
        for block in audio.blocks(SAMPLE / "recordings" / name, settings=settings.ingest)
    ]
    return np.concatenate(found)


def write_long(
    file: Path, said: NDArray[np.float32], *, hours: float, share: float, n_channels: int
) -> None:
    """The same speech again and again, each time followed by as much silence as `share` asks."""
    silence = np.zeros(round(len(said) * (1 - share) / share), dtype=np.float32)
    turn = np.concatenate([said, silence])
    both = np.stack([np.roll(turn, channel * len(said)) for channel in range(n_channels)], axis=1)
    left = round(hours * 3600 * RATE_HZ)
    with soundfile.SoundFile(
        file, "w", samplerate=RATE_HZ, channels=n_channels, format="WAV", subtype="ULAW"
    ) as out:
        while left > 0:
            out.write(both[:left])
            left -= len(both)


def listen_to(folder: Path, workspace: Path, settings: Settings) -> Done:
    """Ingest and listen as a run does, in this process."""
    tools = Tools(settings)
    with Store.open(workspace, settings) as store:
        found = gather.gather([str(folder)], contacts=None, settings=settings, store=store)
        gather.enter(found, store=store, settings=settings, run_id="memory")
        keys = stages.current(tools)
        ids = shard.recordings_of_legs(store)
        store.ledger.enqueue(keys.listen, ids)
        done = Done()
        recordings = store.catalogue.recordings(ids)
        for part in shard.shards(recordings, minutes=settings.run.shard_minutes):
            done += shard.listen_shard(store, tools, keys, part)
        return done


def peak_gib() -> float:
    """Most memory that this process ever held."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 2**30


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--speech", type=float, default=0.1, help="share of speech, 0 to 1")
    parser.add_argument("--channels", type=int, default=1, choices=(1, 2))
    return parser.parse_args()


if __name__ == "__main__":
    main()
