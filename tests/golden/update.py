"""Keep what comes out now: `python tests/golden/update.py`, after a VERSION was raised."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import hear


def main() -> None:
    """Write kept.json and say what changed."""
    before = hear.kept()[1] if hear.KEPT.exists() else {}
    now = hear.outcomes()
    hear.keep(now)
    changed = sorted(file for file, outcome in now.items() if before.get(file) != outcome)
    sys.stdout.write(f"{hear.KEPT.name}: {len(changed)} of {len(now)} recordings changed\n")


if __name__ == "__main__":
    main()
