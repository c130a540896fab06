"""Utterances a second for all text work: sentences, the encoder with its fork, heads, topics and
rules, on MultiDoGO's customers' turns (development part) in contacts of 20.

The peer runs transformers' float32 on the same turns, in batches of 32 sorted by length: the
sentence vectors alone, no heads, no rules. Where other programs run beside it, a second of the
clock is less than a second of each core: figures by the time that cores spent are given as well.
The last figures say how little the encoder's int8 moves the vectors.
"""

import csv
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from bench.rows import Row
from bench.understanding.told import transcript_of, understood
from bench.understanding.tools import tools
from pipeline.types import RedactedTranscript

TARGET = 600
TURNS, A_CONTACT = 4_000, 20
_BATCH = 32


def measure(shared: Path) -> list[Row]:
    folder = shared / "data" / "text" / "multidogo"
    if not folder.is_dir():
        sys.stdout.write(f"speed: left out, {folder} is not here\n")
        return []
    turns = _turns(folder)
    mode, (rate, by_core) = _ours(turns)
    how = f"{torch.get_num_threads()} threads, {mode}, MultiDoGO dev"
    peer, peer_by_core = _peers(turns)
    return [
        _row("utterances a second, all text work", rate, f">= {TARGET}", rate >= TARGET, how),
        _row("utterances a second, transformers' float32", peer, "", None, "vectors alone"),
        _row("times as fast", rate / peer, "", None, "all text work by vectors alone"),
        _row("utterances a core's second, all text work", by_core, "", None, how),
        _row("utterances a core's second, transformers'", peer_by_core, "", None, "vectors alone"),
        *_cosines(turns),
    ]


def _turns(folder: Path) -> list[str]:
    """Different turns only: understanding reads what is said twice once."""
    found: dict[str, None] = {}
    for file in sorted(folder.glob("*.dev.tsv")):
        with file.open(encoding="utf-8") as rows:
            found |= dict.fromkeys(row["utterance"] for row in csv.DictReader(rows, delimiter="\t"))
    order = np.random.default_rng(0).permutation(len(found))[:TURNS]
    turns = list(found)
    return [turns[i] for i in order]


def _ours(turns: list[str]) -> tuple[str, tuple[float, float]]:
    contacts = [
        RedactedTranscript(
            transcript=transcript_of([("customer", turn) for turn in turns[i : i + A_CONTACT]]),
            redactions=(),
            entities=(),
        )
        for i in range(0, len(turns), A_CONTACT)
    ]

    def run(some: list[RedactedTranscript]) -> None:
        understood(some, [None] * len(some))

    run(contacts[:2])  # topics are read, loops compiled
    return tools().encoder_mode(), _rates(lambda: run(contacts), len(turns))


def _rates(work: Callable[[], object], n: int) -> tuple[float, float]:
    """Of n utterances: by the clock, and by the seconds that cores spent."""
    clock, cores = time.perf_counter(), time.process_time()
    work()
    return n / (time.perf_counter() - clock), n / (time.process_time() - cores)


def _peers(turns: list[str]) -> tuple[float, float]:
    from transformers import AutoModel, AutoTokenizer

    folder = tools().encoder_weights().path
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    model.eval()
    order = sorted(turns, key=len)

    @torch.inference_mode()
    def run() -> None:
        for start in range(0, len(order), _BATCH):
            batch = tokenizer(order[start : start + _BATCH], padding=True, return_tensors="pt")
            hidden, mask = model(**batch).last_hidden_state, batch["attention_mask"][..., None]
            torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)

    return _rates(run, len(turns))


def _cosines(turns: list[str]) -> list[Row]:
    """How little int8 moves the vectors: their cosines to float32's."""
    vectors = [tools(mode).encoder.encode(turns) for mode in ("int8", "float32")]
    lost = 1000 * (1 - (vectors[0] * vectors[1]).sum(axis=1))
    how = "text vectors, MultiDoGO dev"
    return [
        _row("1000 (1 - cosine of int8 to float32), median", float(np.median(lost)), "", None, how),
        _row("1000 (1 - cosine of int8 to float32), most", float(lost.max()), "", None, how),
    ]


def _row(figure: str, value: float, target: str, met: bool | None, how: str) -> Row:
    return Row(
        section="speed", figure=figure, value=value, target=target, met=met, n=TURNS, how=how
    )
