"""firstcall itself: the pipeline's own ingest and Listener, as `firstcall run` builds them."""

from collections.abc import Sequence
from pathlib import Path

from bench import speech
from bench.peers.contender import INGEST, LANGUAGE, Setup
from flows.tools import Tools
from pipeline.settings import load as load_settings


class Ours:
    """All files go through one Listener, which batches windows of many recordings."""

    def __init__(self, setup: Setup) -> None:
        told = {
            "ingest": {"raw_rate_hz": INGEST.raw_rate_hz},
            "listen": {"language": LANGUAGE, "model": setup.model},
            "models": {"threads": setup.threads, "cache_dir": setup.cache},
        }
        sections = told.keys() | setup.ours.keys()
        overrides = {name: {**told.get(name, {}), **setup.ours.get(name, {})} for name in sections}
        self._tools = Tools(load_settings(None, overrides))
        provenance = self._tools.recognizer.provenance
        changed = [f"{s}.{k} = {v}" for s, one in setup.ours.items() for k, v in one.items()]
        self.configuration = (
            f"{provenance.engine}, {provenance.numeric_mode}, "
            f"{', '.join(changed) or 'default settings'}, {setup.threads} threads"
        )

    def hear(self, paths: Sequence[Path]) -> list[str]:
        """The words of each file, in the order given."""
        takes = [speech.Take(path=path, said=(), groups=()) for path in paths]
        words = {
            take.path: " ".join(u.text for u in heard.utterances if u.channel == 0)
            for take, heard in speech.listen(takes, self._tools)
        }
        return [words[path] for path in paths]


def load(setup: Setup) -> Ours:
    """The recogniser and the speech detector, ready."""
    ours = Ours(setup)
    _ = ours._tools.detector
    return ours
