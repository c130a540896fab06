"""Measures as a file, and the schema that says what may stand in it."""

import json
from dataclasses import asdict

from pydantic import TypeAdapter

from pipeline.measures import Measures


def to_json(measures: Measures) -> str:
    """measures.json: keys sorted, rows in their order, a newline at the end.

    The same measures give the same bytes.
    """
    return json.dumps(asdict(measures), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def schema_json() -> str:
    """JSON Schema of measures.json, as published in docs/measures.schema.json."""
    schema = TypeAdapter(Measures).json_schema(mode="serialization")
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
