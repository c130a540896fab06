"""The models as this machine would run them."""

import os
from functools import cache
from typing import Literal

from flows.tools import Tools
from pipeline.settings import load


@cache
def tools(numeric_mode: Literal["auto", "float32", "int8"] = "auto") -> Tools:
    """The product's, with the settings as they come but for how the sentence encoder multiplies.

    Its weights are those in FIRSTCALL_TEST_ENCODER, else in firstcall's cache.
    """
    named = os.environ.get("FIRSTCALL_TEST_ENCODER")
    own = {"encoder_path": named} if named else {}
    return Tools(load(None, {"understand": {"numeric_mode": numeric_mode, **own}}))
