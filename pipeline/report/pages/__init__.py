"""The pages of a report: templates beside this file, filled in and closed to scripts and network.

Everything is escaped by jinja; the Content-Security-Policy allows nothing but the page's own
style sheet, by its hash: should some text ever come through unescaped, no browser would run it.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.measures import Measures
from pipeline.report import words
from pipeline.report.pages.index import build_index
from pipeline.report.scope import Scope
from pipeline.report.sound import SoundRow
from pipeline.types import Rejected

_HERE = Path(__file__).parent
_FILTERS = (
    words.percent,
    words.interval,
    words.out_of,
    words.count,
    words.number,
    words.days,
    words.readable,
    words.sentence,
    words.short_day,
)


def render_index(
    measures: Measures,
    tables: Scope,
    *,
    rejected: Sequence[Rejected],
    recordings: Mapping[str, str],
    sound: Sequence[SoundRow],
    topic_labels: Mapping[str, str],
) -> str:
    """The page as HTML text; the parameters are those of `write_report`, the sound's in rows."""
    page = build_index(
        measures,
        tables,
        rejected=rejected,
        recordings=recordings,
        topic_labels=topic_labels,
    )
    style = (_HERE / "style.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = _environment().get_template("index.html.j2")
    return template.render(
        page=page, m=measures, sound=sound, style=Markup(style), style_sha256=digest
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({function.__name__: function for function in _FILTERS})
    return environment
