"""The site's secret: what customer keys are made with. Whoever holds it can try all numbers."""

import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.store.private import is_private

_BYTES = 32


def secret_fingerprint(secret: bytes) -> str:
    """What the database keeps to know the secret by; it gives nothing of it away."""
    return hmac.new(secret, b"firstcall: fingerprint of the secret", hashlib.sha256).hexdigest()


def make_secret(path: Path) -> None:
    """Write a new random secret, 0600, whole or not at all; an existing file stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def read_secret(path: Path) -> bytes:
    """The secret's 32 bytes.

    Raises
    ------
    StoreError
        Others may read the file, or it doesn't hold 64 hex digits.
    """
    if not is_private(path):
        raise StoreError(
            str(path),
            f"has the rights {path.stat().st_mode & 0o777:04o}; only its owner may read it (0600)",
            remedy=f"chmod 600 {path} (and ask who may have read it)",
            code="secret_rights",
        )
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise StoreError(
            str(path),
            "does not hold 64 hex digits",
            remedy="Put back the copy of secret.key that was kept when the workspace was made",
            code="secret_damaged",
        )
    return bytes.fromhex(text)
