"""JSON from outside as values that can be kept: text that is no text is told apart here."""

import json
from typing import Any


def loads(text: str) -> Any:
    r"""The value. Half of a surrogate pair (`\ud83d` alone), which can't be stored, becomes `?`.

    Raises
    ------
    ValueError, RecursionError
        It is no valid JSON, or nested too deep.
    """
    value = json.loads(text)
    if r"\ud" not in text.casefold():
        return value
    whole = json.dumps(value, ensure_ascii=False).encode(errors="replace").decode()
    return json.loads(whole)
