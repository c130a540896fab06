"""From legs to contacts, links between them, and issue threads: the second half of every night."""

from dataclasses import dataclass

import polars as pl

from pipeline.link.contacts import folded
from pipeline.link.interactions import grouped, prepared
from pipeline.link.outbound import call_backs, returned_calls
from pipeline.link.pairs import within_reach
from pipeline.link.same_issue import scored
from pipeline.link.spelling import one_spelling
from pipeline.link.threads import threads
from pipeline.settings import Settings
from pipeline.tables import CONTACTS, LINKS, require


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The whole tables that linking makes: `CONTACTS`, `LINKS`, `THREADS` of `pipeline.tables`.

    Contacts are sorted by id, links by both ids, threads by thread and position.
    """

    contacts: pl.DataFrame
    links: pl.DataFrame
    threads: pl.DataFrame


def link(legs: pl.DataFrame, insights: pl.DataFrame, *, settings: Settings) -> Linked:
    """Who called about what, and what belongs together.

    The same rows in any order give the same tables. Keys and threads are worked out anew each
    time, so late data take their place.

    Parameters
    ----------
    legs, insights : polars.DataFrame
        `LEGS` and `INSIGHTS`; insights of recordings that no leg has are ignored.
    settings : Settings
        Reads `link` and the site's zone.
    """
    rules = settings.link
    groups = grouped(prepared(one_spelling(legs), insights), settings=rules)
    contacts = returned_calls(folded(groups, settings=rules), settings=rules)
    answers = call_backs(contacts, settings=rules)
    contacts = _with_call_backs(contacts, answers)
    pairs = within_reach(contacts, lookback_days=rules.lookback_days)
    pairs = _decided_by_call_back(scored(pairs, timezone=settings.site.timezone), answers)
    links = _links(pairs, threshold=rules.threshold)
    threaded = threads(contacts, links, threshold=rules.threshold)
    contacts = require(_voicemails_answered(contacts, threaded), CONTACTS)
    return Linked(contacts=contacts, links=links, threads=threaded)


def without_inferred_merges(settings: Settings) -> Settings:
    """The settings under which legs merge by the site's ids only: FCR is printed both ways."""
    return settings.model_copy(
        update={"link": settings.link.model_copy(update={"inferred_merges": False})}
    )


def _with_call_backs(contacts: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """The answered call-back is an index contact although it is outbound."""
    is_answer = pl.col("contact_id").is_in(answers["contact_b"].unique().implode())
    return contacts.with_columns(left_out=pl.when(~is_answer).then("left_out"))


def _decided_by_call_back(pairs: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    pairs = pairs.join(
        answers.with_columns(answer=pl.lit(value=True)), on=["contact_a", "contact_b"], how="left"
    )
    by_case = pl.col("decided_by") == "case_id"
    is_answer = pl.col("answer").fill_null(value=False) & ~by_case
    return pairs.with_columns(
        score=pl.when(is_answer).then(1.0).otherwise("score"),
        decided_by=pl.when(is_answer).then(pl.lit("call_back")).otherwise("decided_by"),
    )


def _links(pairs: pl.DataFrame, *, threshold: float) -> pl.DataFrame:
    decided = pl.col("decided_by") != "score"
    named = pairs.rename({"issue_a": "quote_a", "issue_b": "quote_b"}).with_columns(
        same_issue=decided | (pl.col("score") >= threshold),
        quote_b=_claim_or_issue(),
    )
    return require(named, LINKS).sort("contact_a", "contact_b")


def _claim_or_issue() -> pl.Expr:
    """Where the claim decides, the words of the claim are the better quote of the later contact."""
    claim = pl.col("claims_b").list.first().struct.field("quote")
    return pl.when(pl.col("claim_value") > 0).then(claim).otherwise("quote_b")


def _voicemails_answered(contacts: pl.DataFrame, threaded: pl.DataFrame) -> pl.DataFrame:
    """A voicemail is answered when somebody speaks with the customer about it later.

    By the call-back, or when the customer rings again and gets through.
    """
    left_out = contacts.select("contact_id", "left_out")
    frame = threaded.select("thread_id", "contact_id", "position").join(left_out, on="contact_id")
    index_at = pl.col("position").filter(pl.col("left_out").is_null()).max().over("thread_id")
    answered = frame.filter(
        (pl.col("left_out") == "voicemail_unanswered") & (index_at > pl.col("position"))
    )
    is_answered = pl.col("contact_id").is_in(answered["contact_id"].implode())
    reason = pl.when(is_answered).then(pl.lit("voicemail_answered")).otherwise("left_out")
    return contacts.with_columns(left_out=reason)
