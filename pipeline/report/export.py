"""The files beside the page: tables for a spreadsheet, and how every file of a report is written.

No customer keys, case or order keys: they depend on the site's secret, and a report travels.
Columns are documented in docs/report.md.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import FirstcallError
from pipeline.masks import masked
from pipeline.report.scope import Scope, best_links
from pipeline.types import Rejected

_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
_S_A_DAY = 86_400


def contacts_csv(scope: Scope, *, recordings: Mapping[str, str]) -> str:
    """One line a contact, in the order of their starts.

    Parameters
    ----------
    scope : Scope
        The contacts of the period and of the threads that reach into it.
    recordings : Mapping[str, str]
        Recording id to the masked name that people may see.
    """
    issue = pl.col("issue").struct
    heard_in = issue.field("recording_id")
    table = scope.contacts.select(
        *("contact_id", "thread_id", "position", "in_period"),
        *(_local(name, scope) for name in ("started_at", "ended_at")),
        *("medium", "direction", "agent_id", "agent_name", "first_agent_id", "team", "queue"),
        *("language", "topic", "topic_score", "transfers", "drops", "handle_s", "hold_s"),
        *("abandoned", "merged", pl.col("leg_ids").list.len().alias("legs"), "evidence"),
        *("left_out", pl.col("customer_key").is_not_null().alias("has_customer_key")),
        *("disposition", "survey_resolved", "csat", "sentiment", "sentiment_score"),
        issue.field("text").alias("issue_quote"),
        issue.field("role").alias("issue_role"),
        _second(issue).alias("issue_at_s"),
        issue.field("message").alias("issue_message"),
        heard_in.replace_strict(
            dict(recordings), default=heard_in.str.head(8), return_dtype=pl.String
        ).alias("issue_recording"),
    )
    return _csv(table)


def threads_csv(scope: Scope) -> str:
    """One line a contact in a thread: thread by thread in the order of their first contacts."""
    order = ["first_start", "thread_id", "position"]
    members = scope.contacts.filter(pl.col("thread_id").is_not_null()).with_columns(
        first_start=pl.col("started_at").min().over("thread_id")
    )
    members = members.sort(order, nulls_last=True).with_columns(
        gap_days=(pl.col("started_at") - pl.col("ended_at").shift(1).over("thread_id"))
        .dt.total_seconds()
        .truediv(_S_A_DAY)
        .round(4)
    )
    table = members.join(_why_linked(scope), on="contact_id", how="left", maintain_order="left")
    return _csv(
        table.select(
            *("thread_id", "position", pl.col("thread_size").alias("contacts_in_thread")),
            *(pl.col("thread_topic").alias("topic"), "contact_id"),
            *(_local(name, scope) for name in ("started_at", "ended_at")),
            *("gap_days", "medium", "direction", "agent_id", "agent_name", "team", "queue"),
            *("left_out", "linked_to", "score", "decided_by", "why"),
            *("quote_before", "quote_before_at_s", "quote_before_message"),
            *("quote", "quote_at_s", "quote_message"),
        )
    )


def quarantine_csv(rejected: Sequence[Rejected]) -> str:
    """One line for each thing that couldn't be used, with what to do about it."""
    lines = sorted((masked(r.item), r.code, masked(r.reason), r.remedy) for r in rejected)
    columns = ("item", "code", "reason", "remedy")
    return _csv(pl.DataFrame(lines, schema=dict.fromkeys(columns, pl.String), orient="row"))


def make_private_folder(folder: Path) -> None:
    """Make the folder and those above it that are missing, open to their owner only."""
    missing = [folder, *folder.parents]
    for path in reversed([p for p in missing if not p.exists()]):
        path.mkdir(mode=0o700, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; a reader sees the old one or the new, whole.

    Raises
    ------
    FirstcallError
        The folder can't be written to.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FirstcallError(
            str(path),
            f"can't be written ({error.strerror})",
            remedy="Free some space or choose another folder with --out",
            code="report_not_written",
        ) from error


def _why_linked(scope: Scope) -> pl.DataFrame:
    """For each later contact of a thread: the link that speaks most for its being there."""
    parts = pl.col("parts").list.eval(pl.element().struct.field("why")).list.join("; ")
    return best_links(scope).select(
        pl.col("contact_b").alias("contact_id"),
        pl.col("contact_a").alias("linked_to"),
        *("score", "decided_by", parts.alias("why")),
        pl.col("quote_a").struct.field("text").alias("quote_before"),
        _second(pl.col("quote_a").struct).alias("quote_before_at_s"),
        pl.col("quote_a").struct.field("message").alias("quote_before_message"),
        pl.col("quote_b").struct.field("text").alias("quote"),
        _second(pl.col("quote_b").struct).alias("quote_at_s"),
        pl.col("quote_b").struct.field("message").alias("quote_message"),
    )


def _second(quote: Any) -> pl.Expr:
    """The second at which it was said; of a written message there is none."""
    return pl.when(quote.field("message").is_null()).then(quote.field("start_s"))


def _local(name: str, scope: Scope) -> pl.Expr:
    """A moment as ISO 8601 with the offset of the site's zone."""
    return pl.col(name).dt.convert_time_zone(scope.zone.key).dt.to_string("%Y-%m-%dT%H:%M:%S%:z")


def _csv(table: pl.DataFrame) -> str:
    """The table as CSV; text that a spreadsheet would run as a formula gets an apostrophe."""
    text = pl.col(pl.String)
    guarded = pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text)
    return table.with_columns(guarded.name.keep()).write_csv()
