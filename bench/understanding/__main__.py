"""All figures of understanding, or those of the sections named, as one table and as JSON.

python -m bench.understanding [SECTION...] [--shared ../shared] [--out understanding.json]
"""

from bench import sections, understanding

if __name__ == "__main__":
    sections.main(understanding, __doc__)
