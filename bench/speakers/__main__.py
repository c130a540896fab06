"""All figures of who speaks and of channels, or those of the sections named, as one table and JSON.

python -m bench.speakers [SECTION...] [--shared ../shared] [--out speakers.json]
"""

from bench import sections, speakers

if __name__ == "__main__":
    sections.main(speakers, __doc__)
