"""An e-mail without the earlier mails that it repeats: those are contacts of their own.

What is left is what its sender wrote this time. A mail that is nothing but repeated lines stays.
"""

import re

_REPEATED = re.compile(r"^\s*>")
_BELOW = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht"
    r"|mensaje original)\b.*|_{10,}\s*"
    r"|(?:on|am|el|le)\b.{5,200}(?:wrote|schrieb.*|escribió|a écrit)\s*:)\s*$",
    re.IGNORECASE,
)
"""A line below which the earlier mail stands."""


def own_words(text: str) -> str:
    """The text without repeated lines and all that follows the line which announces them.

    >>> own_words("Still nothing.\\nOn 3 May 2026 Anna wrote:\\n> It is on its way.")
    'Still nothing.'
    """
    kept = []
    for line in text.splitlines():
        if _BELOW.match(line):
            break
        if not _REPEATED.match(line):
            kept.append(line)
    return "\n".join(kept).strip() or text
