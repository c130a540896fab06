"""Charts as inline SVG: no script, no font and no picture from anywhere else.

The layout is fixed (no measuring of text), so that the same numbers give the same bytes on
every machine. Colours are written as the light theme has them; pages/style.css gives them
their meaning by matching these values, which is how one SVG serves light, dark and print.
"""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from pipeline.report.overview import Week
from pipeline.report.words import day

INK, MUTED, FAINT = "#22272d", "#5f656c", "#85898e"
RULE, SHADE, PAPER, BLUE = "#dedad0", "#eeeae0", "#fcfbf8", "#1d4f7c"

_TOP, _RIGHT, _BOTTOM, _LEFT = 18, 8, 44, 44


def trend(weeks: Sequence[Week], *, overall: float | None, width: int, height: int) -> Markup:
    """FCR by week with interval bars; the weeks that are not closed shaded and drawn hollow.

    Parameters
    ----------
    weeks : sequence of Week
        Without gaps, oldest first; at least one.
    overall : float or None
        FCR of the whole period (0 to 1), drawn as a dashed line.
    width, height : int
        Size of the whole drawing in pixels.
    """
    import altair as alt  # slow to load, and only this function needs it
    import vl_convert

    inner = width - _LEFT - _RIGHT
    plot = height - _TOP - _BOTTOM
    points = _points(weeks, labels=max(2, inner // 52))
    layers = [
        *_ground(alt, points, overall, plot),
        *_marks(alt, points),
        *_labels(alt, points, plot),
    ]
    chart = alt.layer(*layers).properties(
        width=inner,
        height=plot,
        padding={"top": _TOP, "right": _RIGHT, "bottom": _BOTTOM, "left": _LEFT},
        autosize=alt.AutoSizeParams(type="none"),
        background="transparent",
    )
    spec = chart.configure(aria=False, font="sans-serif").configure_view(stroke=None).to_dict()
    svg = str(vl_convert.vegalite_to_svg(spec))
    attributes = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    body = svg[svg.index(">") + 1 :]
    return Markup(f'<svg class="trend" aria-hidden="true" focusable="false" {attributes}>{body}')


def _points(weeks: Sequence[Week], *, labels: int) -> list[dict[str, Any]]:
    """One datum a week: where it stands, its numbers, and whether its label has room."""
    every = -(-len(weeks) // labels)
    rows, segment = [], 0
    for index, week in enumerate(weeks):
        rate = week.row.fcr if week.row and week.row.fcr.rate is not None else None
        state = "open" if not week.closed else "small" if rate and rate.small else "final"
        if rate is None or state == "open":
            segment += 1  # the line breaks rather than bridging a week without a figure
        rows.append(
            {
                "x": index,
                "label": day(week.monday, year=False, short=True) if index % every == 0 else "",
                "n": f"{rate.numerator}/{rate.denominator}" if rate and index % every == 0 else "",
                "rate": rate.rate if rate else None,
                "low": rate.low if rate else None,
                "high": rate.high if rate else None,
                "state": state,
                "segment": segment,
            }
        )
    return rows


def _x(alt: Any, field: str, n: int) -> Any:
    scale = alt.Scale(domain=[-0.5, n - 0.5], nice=False, zero=False)
    return alt.X(f"{field}:Q", scale=scale, axis=None)


def _y(alt: Any, field: str) -> Any:
    axis = alt.Axis(
        values=[0, 0.25, 0.5, 0.75, 1],
        labelExpr="format(datum.value * 100, '.0f') + ' %'",
        title=None,
        domain=False,
        ticks=False,
        gridColor=RULE,
        labelColor=MUTED,
        labelFontSize=11,
        labelPadding=8,
        zindex=0,
    )
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, 1]), axis=axis)


def _ground(alt: Any, points: list[dict[str, Any]], overall: float | None, plot: int) -> list[Any]:
    """Shading of the open weeks with its label, and the whole period's rate."""
    n, layers = len(points), []
    unsettled = [p["x"] for p in points if p["state"] == "open"]
    if unsettled:
        span = [{"from": x - 0.5, "to": x + 0.5} for x in unsettled]
        layers.append(
            alt.Chart(alt.Data(values=span))
            .mark_rect(color=SHADE)
            .encode(x=_x(alt, "from", n), x2="to:Q", y=alt.value(0), y2=alt.value(plot))
        )
        end = [{"x": max(unsettled) + 0.5, "text": "not yet closed"}]
        layers.append(
            alt.Chart(alt.Data(values=end))
            .mark_text(align="right", dy=-8, color=MUTED, fontSize=11, fontStyle="italic")
            .encode(x=_x(alt, "x", n), y=alt.value(0), text="text:N")
        )
    if overall is not None:
        layers.append(
            alt.Chart(alt.Data(values=[{"rate": overall}]))
            .mark_rule(color=FAINT, strokeDash=[2, 3])
            .encode(y=_y(alt, "rate"))
        )
    return layers


def _marks(alt: Any, points: list[dict[str, Any]]) -> list[Any]:
    """Interval bars, the line through closed weeks, and a point a week."""
    n = len(points)
    states = ["final", "small", "open"]
    known = alt.Data(values=[p for p in points if p["rate"] is not None])
    closed = alt.Data(values=[p for p in points if p["rate"] is not None and p["state"] != "open"])
    stroke = alt.Color("state:N", legend=None).scale(domain=states, range=[BLUE, FAINT, FAINT])
    fill = alt.Fill("state:N", legend=None).scale(domain=states, range=[BLUE, FAINT, PAPER])
    x, y = _x(alt, "x", n), _y(alt, "rate")
    bars = alt.Chart(known).mark_rule(strokeWidth=1.5)
    line = alt.Chart(closed).mark_line(color=BLUE, strokeWidth=1, opacity=0.55)
    dots = alt.Chart(known).mark_point(size=52, strokeWidth=1.5, opacity=1)
    return [
        bars.encode(x=x, y=_y(alt, "low"), y2="high:Q", color=stroke),
        line.encode(x=x, y=y, detail="segment:N"),
        dots.encode(x=x, y=y, stroke=stroke, fill=fill),
    ]


def _labels(alt: Any, points: list[dict[str, Any]], plot: int) -> list[Any]:
    """Under each week its Monday, and numerator/denominator."""
    base = alt.Chart(alt.Data(values=points))
    x = _x(alt, "x", len(points))
    return [
        base.mark_text(baseline="top", color=colour, fontSize=11).encode(
            x=x, y=alt.value(plot + below), text=f"{field}:N"
        )
        for field, below, colour in (("label", 9, INK), ("n", 25, MUTED))
    ]
