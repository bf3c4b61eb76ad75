"""A real browser for the tests of the pages, and what a page complained of."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install Debian's package chromium")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-quic", "--disable-component-update", "--js-flags=--expose-gc", "--enable-precise-memory-info",
]  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}


@contextmanager
def browser() -> Iterator["Browser"]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


def listened(page: "Page") -> list[str]:
    """Grows by every error and warning on the console, uncaught exception, and report of the content policy."""
    said: list[str] = []
    page.on("console", lambda told: said.append(told.text) if told.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " (each) => console.error(`policy: ${each.violatedDirective} ${each.blockedURI}`))"
    )
    return said


def broken_rules(page: "Page") -> list[Any]:
    """Of WCAG 2.1 AA, by axe: which rule, and the first element that breaks it."""
    found = Axe().run(page, options=RULES)
    return [(each["id"], each["nodes"][0]["html"][:160]) for each in found.response["violations"]]
