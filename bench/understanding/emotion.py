"""Sentiment and emotions from words, on GoEmotions' development part: as written, and with 15 %
word errors put in. Nothing was trained or chosen on it.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.calibration import bins, expected_error
from bench.noise import with_errors
from bench.rows import Row
from bench.understanding.tools import tools
from models.feeling import FeelingHead
from models.head_file import FEELING
from models.heads.feeling_data import EKMAN, EMOTIONS, SENTIMENTS, Examples, goemotions
from models.heads.feeling_fit import f1
from pipeline.ports import Encoded

SENTIMENT_TARGET, EKMAN_TARGET, CALIBRATION_TARGET = 0.71, 0.58, 0.05


def measure(shared: Path) -> list[Row]:
    folder = shared / "data" / "text" / "goemotions"
    if not folder.is_dir():
        sys.stdout.write(f"emotion: left out, {folder} is not here\n")
        return []
    examples = goemotions(folder, "dev")
    read = tools().encoder.read
    rows = _rows(examples, read(examples.texts), "as written")
    return rows + _rows(examples, read(with_errors(examples.texts)), "15 % word errors")


def _rows(examples: Examples, encoded: Encoded, how: str) -> list[Row]:
    wanted = examples.sentiments
    clear = wanted >= 0
    shares = FeelingHead(FEELING, "sentiment").probabilities(encoded)[clear]
    signs = np.eye(len(SENTIMENTS))[wanted[clear]]
    said = np.eye(len(SENTIMENTS))[shares.argmax(axis=1)]
    right = (said * signs).sum(axis=1)
    clean = how == "as written"
    rows = _f1_rows("sentiment", SENTIMENTS, signs, said, SENTIMENT_TARGET if clean else None, how)
    error = _calibration_error(shares.max(axis=1), right)
    rows.append(_row("sentiment, calibration error", error, CALIBRATION_TARGET, len(right), how))
    for name, groups in (("ekman", EKMAN), ("emotions", EMOTIONS)):
        head = FeelingHead(FEELING, "ekman" if name == "ekman" else "emotions")
        likely = head.probabilities(encoded)
        held = examples.grouped(groups)
        target = EKMAN_TARGET if name == "ekman" and clean else None
        rows += _f1_rows(
            name, tuple(groups), held, likely >= np.array(head.thresholds), target, how
        )
        error = max(_calibration_error(p, y) for p, y in zip(likely.T, held.T, strict=True))
        figure = f"{name}, calibration error of the worst label"
        rows.append(_row(figure, error, CALIBRATION_TARGET, len(held), how))
    return rows


def _calibration_error(shares: NDArray[np.floating], right: NDArray[np.floating]) -> float:
    """In bins of equal width."""
    return expected_error(bins(shares.astype(float), right.astype(float), kind="width"))


def _f1_rows(
    name: str,
    labels: Sequence[str],
    wanted: NDArray[np.floating],
    said: NDArray[np.generic],
    target: float | None,
    how: str,
) -> list[Row]:
    scores = f1(wanted, said)
    rows = [_row(f"{name}, macro F1", float(scores.mean()), target, len(wanted), how)]
    for label, score, n in zip(labels, scores, wanted.sum(axis=0), strict=True):
        rows.append(_row(f"{name}, F1 of {label}", float(score), None, int(n), how))
    return rows


def _row(figure: str, value: float, target: float | None, n: int, how: str) -> Row:
    error = "error" in figure
    met = None if target is None else (value <= target if error else value >= target)
    aim = "" if target is None else f"{'<=' if error else '>='} {target}"
    return Row(
        section="emotion", figure=figure, value=value, target=aim, met=met, n=n,
        how=f"GoEmotions dev, {how}",
    )  # fmt: skip
