"""The browser that looks at pages in the tests, and what it asks of each: no fault of accessibility, no overflow."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "RGAAv4"]
CHROMIUM = os.environ.get("ISOLOIR_TEST_BROWSER") or shutil.which("chromium")
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser; a test that has none fails, so that nobody takes a skipped page for a good one."""
    assert CHROMIUM, "run scripts/install_browser"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def check(page: Page) -> None:
    """Find no fault of accessibility and nothing that overflows."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert page.evaluate(FITS), page.url
