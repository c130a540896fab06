"""The real sentence encoder, where its weights are on this machine."""

import os
from pathlib import Path

import pytest

from models.feeling import FeelingHead
from models.head_file import FEELING
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
    return MiniLmEncoder(found.path, fork=FEELING)


@pytest.fixture(scope="session")
def sentiment() -> FeelingHead:
    return FeelingHead(FEELING, "sentiment")


@pytest.fixture(scope="session")
def emotions() -> FeelingHead:
    return FeelingHead(FEELING, "emotions")
