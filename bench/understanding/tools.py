"""The models as this machine would run them."""

import os
from pathlib import Path

import torch

from models import self_test
from models.text_encoder import MiniLmEncoder
from models.weights import Found, find

CACHE = Path.home() / ".cache" / "firstcall"


def encoder_weights() -> Found:
    """all-MiniLM-L6-v2, from FIRSTCALL_TEST_ENCODER or firstcall's cache."""
    named = os.environ.get("FIRSTCALL_TEST_ENCODER")
    return find("all-MiniLM-L6-v2", cache=CACHE, explicit=Path(named) if named else None)


def encoder(*, fork: Path | None = None, mode: str | None = None) -> MiniLmEncoder:
    """The sentence encoder in the mode that `auto` gives here, on all cores."""
    return MiniLmEncoder(
        encoder_weights().path,
        numeric_mode=mode or self_test.propose_on_processor(),
        threads=torch.get_num_threads(),
        fork=fork,
    )
