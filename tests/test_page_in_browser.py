"""The page of a report in a real browser: typeset, opened by click and key, silent, alone.

Needs Chromium with its driver, and selenium (extra `browser`); skipped where they are missing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from symdl.checking import check_bytes
from symdl.notes.plots import plots_of
from symdl.report.diagnostic import Checked
from symdl.report.html import render

webdriver: Any = pytest.importorskip("selenium.webdriver")
pytestmark = pytest.mark.skipif(
    not (shutil.which("chromedriver") and shutil.which("chromium")), reason="no Chromium here"
)
EXAMPLES = Path(__file__).parent.parent / "examples"
EVIL = "<script>window.got = 1</script><img src=x onerror='window.got=1'>\"'&"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for word in ("headless=new", "no-sandbox", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{word}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(executable_path=shutil.which("chromedriver"))
    started = webdriver.Chrome(options=options, service=service)
    yield started
    started.quit()


def opened(browser: Any, path: Path, folder: Path) -> None:
    """The page of a document, as a file in the browser; nothing it asks for may leave the page."""
    checked = Checked(check_bytes(str(path), path.read_bytes()))
    page = folder / "page.html"
    page.write_text(render(checked, plots_of(checked.findings)), encoding="utf-8")
    browser.get_log("browser")
    browser.get_log("performance")
    browser.get(page.as_uri())
    asked = [
        json.loads(entry["message"])["message"]["params"]["request"]["url"]
        for entry in browser.get_log("performance")
        if 'Network.requestWillBeSent"' in entry["message"]
    ]
    assert [url for url in asked if not url.startswith(page.as_uri())] == []
    assert browser.get_log("browser") == []


def test_a_report_is_typeset_and_opens(browser: Any, tmp_path: Path) -> None:
    opened(browser, EXAMPLES / "notes_with_mistakes.md", tmp_path)
    height = "return document.querySelector('math mfrac').getBoundingClientRect().height"
    assert browser.execute_script(height) > 15  # one above the other
    closed = browser.find_element("css selector", "details.claim.note:not([open])")
    evidence = closed.find_element("css selector", ".evidence")
    assert not evidence.is_displayed()
    closed.find_element("css selector", "summary").click()
    assert evidence.is_displayed()
    assert "confirmed" in evidence.text
    closed.find_element("css selector", "summary").send_keys("\ue007")  # the key Enter
    assert not evidence.is_displayed()
    marked = browser.find_elements("css selector", "details[open] svg circle.mark")
    assert len(marked) > 4


def test_a_report_fits_a_phone(browser: Any, tmp_path: Path) -> None:
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    opened(browser, EXAMPLES / "notes_with_mistakes.md", tmp_path)
    wide = browser.execute_script("return document.documentElement.scrollWidth")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wide <= 390


def test_nothing_of_a_document_runs(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "a&b<img src=x onerror='window.got=1'>.md"
    path.write_text(
        f"# {EVIL}\n\n$x = {EVIL}$ and $1 + 1 = 3$ {EVIL}\n\n$\\text{{{EVIL}}} = 2$\n\n"
        f"| {EVIL} | b |\n|---|---|\n| `{EVIL}` | ${EVIL}$ |\n\n[a](javascript:window.got=1)\n"
    )
    opened(browser, path, tmp_path)
    assert browser.execute_script("return window.got === undefined")
    assert browser.find_elements("css selector", "script, img, iframe, a[href^=javascript]") == []
