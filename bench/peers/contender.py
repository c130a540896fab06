"""Who is compared, and what each must be able to do: files in, words out.

Everybody is given the same files, the same weights, the same number of processor threads and the
language. Loading a model is not timed; decoding the audio, finding the speech and everything else
between a file's path and its words is. Everybody's audio is decoded by the pipeline's own ingest,
which costs about a millisecond a second of audio: openai-whisper's own way would start ffmpeg for
each file, and whisper.cpp reads nothing but 16 kHz wav.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from pipeline.ingest import audio
from pipeline.ports import Samples
from pipeline.settings import Ingest

INGEST = Ingest(raw_rate_hz=8000)
"""The shared sets' headerless files are telephone audio."""

LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What everybody is told.

    `folder` is for files that an engine makes of the weights; `ours` holds settings of firstcall
    by section, over its defaults.
    """

    model: str
    cache: Path
    threads: int
    folder: Path
    ours: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Engine(Protocol):
    """A loaded recogniser; `configuration` says in words how it was set up."""

    configuration: str

    def hear(self, paths: Sequence[Path]) -> list[str]:
        """The words of each file, in the order given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A library in one configuration; `slow` ones may run fewer rounds."""

    name: str
    label: str
    module: str
    options: Mapping[str, Any] = field(default_factory=dict)
    slow: bool = False

    def load(self, setup: Setup) -> Engine:
        """The engine, with its weights in memory."""
        engine: Engine = import_module(f"bench.peers.{self.module}").load(setup, **self.options)
        return engine


OURS = "ours"
COMMAND_LINE = "openai-cli"
BATCHED = "faster-batched"

CONTENDERS = (
    Contender(name=OURS, label="firstcall", module="ours"),
    Contender(
        name=BATCHED,
        label="faster-whisper batched",
        module="faster",
        options={"batch_size": 16},
    ),
    Contender(
        name="faster-files",
        label="faster-whisper batched, a file a core",
        module="faster",
        options={"batch_size": 16, "a_file_a_core": True},
    ),
    Contender(name="faster", label="faster-whisper sequential", module="faster"),
    Contender(
        name="cpp-cut",
        label="whisper.cpp q8_0, short windows",
        module="whisper_cpp",
        options={"kind": "q8_0", "cut": True},
    ),
    Contender(
        name="cpp-q8",
        label="whisper.cpp q8_0",
        module="whisper_cpp",
        options={"kind": "q8_0"},
        slow=True,
    ),
    Contender(name="cpp-f16", label="whisper.cpp f16", module="whisper_cpp", slow=True),
    Contender(
        name="openai-greedy",
        label="openai-whisper greedy",
        module="openai_whisper",
        options={"greedy": True},
        slow=True,
    ),
    Contender(
        name=COMMAND_LINE,
        label="openai-whisper as on the command line",
        module="openai_whisper",
        options={"greedy": False},
        slow=True,
    ),
)


def decoded(path: Path) -> Samples:
    """The first channel of a file at 16 kHz."""
    return np.concatenate([block.samples[0] for block in audio.blocks(path, settings=INGEST)])
