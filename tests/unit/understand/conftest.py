"""The real sentence encoder, where its weights are on this machine."""

import os
from pathlib import Path

import pytest

from models.head import SENTIMENT, LinearHead
from models.text_encoder import MiniLmEncoder
from models.weights import find
from pipeline.errors import ModelError

CACHE = Path.home() / ".cache" / "firstcall"


@pytest.fixture(scope="session")
def encoder() -> MiniLmEncoder:
    """all-MiniLM-L6-v2, from FIRSTCALL_TEST_ENCODER or firstcall's cache."""
    named = os.environ.get("FIRSTCALL_TEST_ENCODER")
    try:
        found = find("all-MiniLM-L6-v2", cache=CACHE, explicit=Path(named) if named else None)
    except ModelError as error:
        pytest.skip(str(error))
    return MiniLmEncoder(found.path)


@pytest.fixture(scope="session")
def sentiment(encoder: MiniLmEncoder) -> LinearHead:
    return LinearHead(SENTIMENT, encoder_sha256=encoder.provenance.weights_sha256)
