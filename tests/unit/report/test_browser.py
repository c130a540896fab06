"""What a real browser makes of the page; skipped, saying so, where there is none."""

import shutil
import subprocess
from pathlib import Path

import pytest
from report_factory import centre
from test_page import write

BROWSER = next(
    (
        found
        for name in ("chromium", "google-chrome", "chromium-browser")
        if (found := shutil.which(name))
    ),
    None,
)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="neither chromium nor google-chrome here")

WIDTH = 390
# A frame of a telephone's width around the page: a headless window can't be that narrow.
HARNESS = """<!doctype html><body><iframe id="f" src="{page}" style="width:{width}px;height:900px">
</iframe><script>addEventListener("load", () => {{
const page = document.getElementById("f").contentDocument;
page.querySelectorAll("details").forEach(each => each.open = true);
document.body.dataset.wide = page.documentElement.scrollWidth;
document.body.dataset.font = getComputedStyle(page.body).backgroundColor;
document.body.textContent = page.querySelector("h1").textContent;
}});</script>"""


def browse(url: str, profile: Path) -> subprocess.CompletedProcess[str]:
    options = (
        *(
            "--headless",
            "--hide-scrollbars",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            "--disable-sync",
        ),
        *("--disable-background-networking", "--disable-component-update"),
        *("--allow-file-access-from-files", "--enable-logging=stderr", "--v=0"),
        *("--virtual-time-budget=3000", f"--user-data-dir={profile}", "--dump-dom"),
    )
    return subprocess.run(
        [str(BROWSER), *options, url], capture_output=True, text=True, timeout=60, check=True
    )


def test_the_page_fits_a_telephone_is_styled_and_complains_of_nothing(tmp_path: Path):
    page = write(centre(), tmp_path / "report", topic_labels={"billing": "Billing" * 9})
    harness = tmp_path / "harness.html"
    harness.write_text(HARNESS.format(page=page.as_uri(), width=WIDTH))
    seen = browse(harness.as_uri(), tmp_path / "profile")
    assert f'data-wide="{WIDTH}"' in seen.stdout
    assert 'data-font="rgb(252, 251, 248)"' in seen.stdout, "the style sheet's hash must match"
    assert "Why do our customers call again?" in seen.stdout
    assert "CONSOLE" not in seen.stderr
