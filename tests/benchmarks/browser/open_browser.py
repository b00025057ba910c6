"""How large an evidence browser of 5,000 records is, how quickly it is made, opens and answers.

    python tests/benchmarks/browser/open_browser.py [RECORDS]

prints bytes, and seconds to make it, to open it in Chromium and to answer a search.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "writers" / "browser"))

from sample_browser import small_browser

from pipeline.render.browser import browser_html


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    value = small_browser(n, "a title of an ordinary length with a few more words in it")
    begun = time.perf_counter()
    page = browser_html(value)
    print(f"{n:,} records: {len(page):,} bytes, made in {time.perf_counter() - begun:.2f} s")
    where = shutil.which("chromium") or shutil.which("google-chrome")
    if where is None:
        print("no Chromium on this machine: not opened")
        return
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        file = Path(folder, "browser.html")
        file.write_bytes(page)
        running = play.chromium.launch(
            executable_path=where, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = running.new_page()
        begun = time.perf_counter()
        tab.goto(f"{file.as_uri()}#records")
        tab.locator("#record-list tbody tr").first.wait_for()
        print(f"opened and listed in {time.perf_counter() - begun:.2f} s")
        begun = time.perf_counter()
        tab.locator("#record-controls input[type=search]").fill(f"title {n - 3}")
        tab.locator("#status", has_text="1 record of").wait_for()
        print(f"answered a search in {time.perf_counter() - begun:.2f} s (0.12 s of it a pause)")
        running.close()


if __name__ == "__main__":
    main()
