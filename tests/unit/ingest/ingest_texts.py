"""Files of contacts that are text, written for a test."""

import json
from pathlib import Path
from typing import Any

from pipeline.ingest.text_files import TextsFound, read_texts
from pipeline.settings import Ingest


def written(folder: Path, name: str, *contacts: Any) -> Path:
    """A file of contacts: JSON Lines, or one JSON document."""
    path = folder / name
    lines = [one if isinstance(one, str) else json.dumps(one) for one in contacts]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read(*paths: Path, **settings: Any) -> TextsFound:
    """What is found in the files."""
    return read_texts([str(path) for path in paths], Ingest(**settings))


def reasons(found: TextsFound) -> dict[str, str]:
    """Why each item isn't used."""
    return {row.item: row.reason for row in found.rejected}


CHAT: dict[str, Any] = {
    "contact_id": "C-1",
    "started_at": "2026-09-01T10:00:00Z",
    "channel": "chat",
    "customer_id": "K-1",
    "agent_id": "A-1",
    "turns": [
        {"role": "agent", "text": "Hello, how can I help you?"},
        {"role": "customer", "text": "My parcel has not arrived."},
    ],
}
