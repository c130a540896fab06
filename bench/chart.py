"""Speed against word error rate, a panel a set: up and to the left is better.

Colours are mid tones, so that one picture can be read on a light and on a dark page.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.figures import TOGETHER, Row
from bench.peers.contender import OURS

_GREY, _TEXT, _BLUE, _RULE = "#8a8f96", "#808790", "#3b82c4", "#9aa0a644"
_WIDTH, _HEIGHT, _LABEL = 330, 270, 13


def draw(rows: Sequence[Row], file: Path) -> None:
    """Write an SVG with a panel for each set; the telephone sets together have none."""
    import altair as alt
    import vl_convert

    names = [n for n in dict.fromkeys(row.speech for row in rows) if n != TOGETHER]
    panels = [_panel(alt, [row for row in rows if row.speech == name], name) for name in names]
    chart = (
        alt.hconcat(*panels, spacing=24, background="transparent")
        .configure(font="sans-serif")
        .configure_view(stroke=None)
        .configure_title(color=_TEXT, fontSize=14)
        .configure_axis(
            labelColor=_TEXT, titleColor=_TEXT, gridColor=_RULE, domainColor=_GREY, tickColor=_GREY
        )
    )
    file.write_text(vl_convert.vegalite_to_svg(chart.to_dict()), encoding="utf-8")


def _panel(alt: Any, rows: Sequence[Row], name: str) -> Any:
    speeds = [row.times_real_time.middle for row in rows]
    lowest, highest = min(speeds) / 1.3, max(speeds) * 1.3
    worst = max(row.words.rate for row in rows)
    places = label_places(speeds, lowest=lowest, highest=highest)
    points = [
        {
            "errors": row.words.rate,
            "speed": row.times_real_time.middle,
            "place": place,
            "label": row.label,
            "ours": row.contender == OURS,
        }
        for row, place in zip(rows, places, strict=True)
    ]
    scale = alt.Scale(type="log", domain=[lowest, highest], nice=False)
    colour = alt.condition("datum.ours", alt.value(_BLUE), alt.value(_GREY))
    x = alt.X("errors:Q", title="word errors, %").scale(domain=[0, worst * 1.1], nice=False)
    base = alt.Chart(alt.Data(values=points)).encode(x=x, color=colour)
    labels = base.encode(y=alt.Y("place:Q", scale=scale, title=None), text="label:N")
    at_left = f"datum.errors <= {worst / 2}"
    marks = [
        base.mark_circle(size=90, opacity=1).encode(
            y=alt.Y("speed:Q", scale=scale, title="times real time")
        ),
        labels.transform_filter(at_left).mark_text(align="left", dx=8, fontSize=10),
        labels.transform_filter(f"!({at_left})").mark_text(align="right", dx=-8, fontSize=10),
    ]
    return alt.layer(*marks).properties(title=name, width=_WIDTH, height=_HEIGHT)


def label_places(speeds: Sequence[float], *, lowest: float, highest: float) -> list[float]:
    """Where on the axis each label stands: at its point, or moved up so that no two overlap."""
    step = math.log(highest / lowest) * _LABEL / _HEIGHT
    places, free_from = [0.0] * len(speeds), -math.inf
    for index in sorted(range(len(speeds)), key=lambda i: speeds[i]):
        at = max(math.log(speeds[index]), free_from)
        places[index], free_from = math.exp(at), at + step
    return places
