"""How right the answers are: word error rate, topics, links, FCR.

On data/sample against its truth.json, and, where it is there, on ../shared/data/speech::

    python -m bench.accuracy [--workspace DIR] [--json FILE] [--slips 30]

`--workspace` is one in which the sample has been run (firstcall run ...); without it the sample is
run into a temporary one. `--no-words` leaves out listening, which takes a minute or two;
`--no-centre` leaves out all but the words.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import speech
from bench.centre import Centre, Share, compare
from bench.words import Said, WordErrorRate, rates
from flows import gather, shard, stages
from flows.tools import Tools
from pipeline.settings import Settings, load
from pipeline.store.owner import Owner
from pipeline.store.store import Store

HERE = Path(__file__).resolve().parent.parent
SAMPLE = HERE / "data" / "sample"
SHARED = HERE.parent / "shared" / "data" / "speech"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a figure must reach; `at_most` for errors, else at least."""

    name: str
    value: float
    limit: float
    at_most: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure reaches it."""
        return self.value <= self.limit if self.at_most else self.value >= self.limit


def main() -> None:
    """Measure, print, and write the JSON."""
    options = _options()
    settings = load(options.settings or SAMPLE / "firstcall.toml")
    truth = json.loads((SAMPLE / "truth.json").read_text("utf-8"))
    words = [] if options.no_words else word_error_rates(settings, truth, options.shared)
    centre = None if options.no_centre else _centre(options.workspace, settings, truth)
    _print_words(words, n_slips=options.slips)
    if centre is not None:
        _print_centre(centre)
    targets = _targets(words, centre)
    for target in targets:
        sign = "<=" if target.at_most else ">="
        verdict = "met" if target.met else "MISSED"
        print(f"{verdict:7}{target.name:34} {target.value:6.3g} {sign} {target.limit:g}")
    if options.json:
        content = {
            "words": [asdict(one) for one in words],
            "centre": asdict(centre) if centre else None,
            "targets": [{**asdict(one), "met": one.met} for one in targets],
        }
        options.json.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def word_error_rates(
    settings: Settings, truth: dict[str, Any], shared: Path
) -> list[WordErrorRate]:
    """Rates of every set that is here. Words are compared as heard, before anything is redacted."""
    found = list(_sample_rates(settings, truth))
    english = settings.model_copy(
        update={"listen": settings.listen.model_copy(update={"language": "en"})}
    )
    sets: tuple[tuple[str, Callable[[Path], Iterable[speech.Take]]], ...] = (
        ("harpervalley", speech.harpervalley),
        ("telephone", speech.telephone),
    )
    tools = Tools(english)
    for name, takes in sets:
        if (shared / name).is_dir():
            found += rates(_sides(takes(shared / name), tools), whole=name)
        else:
            print(f"{name}: left out, {shared / name} is not there")
    return found


def run_sample(workspace: Path, settings: Settings) -> None:
    """The stages of one recording over data/sample, without Prefect."""
    tools = Tools(settings)
    with Store.open(workspace, settings) as store:
        store.ledger.release_dead(Owner.of_this_process())
        found = gather.gather(
            [str(SAMPLE / "recordings")],
            contacts=SAMPLE / "contacts.csv",
            settings=settings,
            store=store,
        )
        gather.enter(found, store=store, settings=settings, run_id="accuracy")
        keys = stages.current(tools)
        stages.remember(store.workspace, keys)
        store.ledger.enqueue(keys.listen, shard.recordings_of_legs(store))
        pending = store.catalogue.recordings(store.ledger.items(keys.listen, "pending"))
        for ids in shard.shards(pending, minutes=settings.run.shard_minutes):
            shard.listen_shard(store, tools, keys, ids)
        shard.understand_pending(store, tools, keys)


def _sample_rates(settings: Settings, truth: dict[str, Any]) -> Iterable[WordErrorRate]:
    sides = _sides(speech.sample(SAMPLE, truth), Tools(settings))
    yield from rates([side for side in sides if side.language == "en"], whole="sample")
    others = [side for side in sides if side.language != "en"]
    if others:
        yield from rates(others, whole="sample, other languages")[:1]


def _sides(takes: Iterable[speech.Take], tools: Tools) -> list[Said]:
    return [
        side for take, heard in speech.listen(takes, tools) for side in speech.sides(take, heard)
    ]


def _centre(workspace: Path | None, settings: Settings, truth: dict[str, Any]) -> Centre:
    with tempfile.TemporaryDirectory(prefix="firstcall-accuracy-") as temporary:
        if workspace is None:
            workspace = Path(temporary)
            run_sample(workspace, settings)
        with Store.open(workspace, settings, create=False) as store:
            return compare(store, settings, truth)


def _targets(words: Sequence[WordErrorRate], centre: Centre | None) -> list[Target]:
    """Issue 2: what must be shown."""
    by_name = {one.name: one.rate for one in words}
    limits = (("sample", 12.0), ("harpervalley", 16.0), ("telephone", 30.0))
    found = [
        Target(name=f"WER % {name}", value=by_name[name], limit=limit, at_most=True)
        for name, limit in limits
        if name in by_name
    ]
    if centre is not None:
        found += [
            Target(name=share.name, value=share.rate or 0.0, limit=0.9)
            for share in (centre.link_precision, centre.link_recall)
        ]
        found += [
            Target(
                name=f"FCR error, points, {one.window_days:g} d",
                value=abs(one.error_points),
                limit=5,
                at_most=True,
            )
            for one in centre.fcr
        ]
    return found


def _print_words(words: Sequence[WordErrorRate], *, n_slips: int) -> None:
    for one in words:
        kinds = f"S {one.substituted} D {one.deleted} I {one.inserted} of {one.words}"
        print(f"WER {one.rate:5.1f} % [{one.low:4.1f}, {one.high:4.1f}]  {one.name:34} {kinds}")
    for one in words:
        if n_slips and ":" not in one.name and one.slips:
            print(f"\nMisheard in {one.name}:")
            for slip, times in Counter(one.slips).most_common(n_slips):
                print(f"  {times:3} x {slip}")
    print()


def _print_centre(centre: Centre) -> None:
    shares: tuple[Share, ...] = (
        centre.topics,
        centre.link_precision,
        centre.link_recall,
        centre.roles,
        centre.languages,
        centre.merges,
    )
    for share in shares:
        print(f"{share.name}: {share.right} of {share.of} = {share.rate or 0:.3f}")
        for line in share.wrong:
            print(f"  {line}")
    for one in centre.fcr:
        print(
            f"FCR {one.window_days:g} d: {one.numerator} of {one.denominator}, true "
            f"{one.true_numerator} of {one.true_denominator}, error {one.error_points:+.1f} points"
        )
        for line in one.differ:
            print(f"  {line}")
    print()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--workspace", type=Path, help="one in which the sample has been run")
    parser.add_argument("--settings", type=Path, help="default: the sample's own")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of shared speech")
    parser.add_argument("--json", type=Path, help="also write everything there")
    parser.add_argument("--slips", type=int, default=15, help="most frequent errors to show")
    parser.add_argument("--no-words", action="store_true", help="without listening")
    parser.add_argument("--no-centre", action="store_true", help="words only")
    return parser.parse_args()


if __name__ == "__main__":
    main()
