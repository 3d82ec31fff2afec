"""The pages in a real browser: signing in, feedback, nothing from elsewhere, and a narrow screen."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.journey.browser import Tab, a_tab
from tests.journey.service_process import ServiceProcess
from tests.real_parts import CHROMIUM, require_real_part
from tests.web.admin.pages import prepare

pytestmark = pytest.mark.journey

_FILL = """
document.querySelector('input[name=user]').value = 'admin';
document.querySelector('input[name=password]').value = 'correct horse';
"""


async def test_person_signs_in_reads_and_says_something(tmp_path: Path) -> None:
    program = require_real_part(CHROMIUM)
    await prepare(tmp_path / "data")
    with ServiceProcess(tmp_path, env={"ADMIN_PASSWORD": "correct horse"}) as service:
        service.start().wait_ready()
        async with a_tab(program, tmp_path / "profile") as tab:
            await tab.open(f"{service.url}/admin")
            await tab.until("location.pathname === '/admin/sign-in'")
            await tab.value(_FILL)
            await tab.click("Sign in")
            await tab.until("location.pathname === '/admin'")
            await tab.click("shop: CheckoutErrors")
            await tab.until("location.pathname.startsWith('/admin/incidents/')")
            await tab.click("False positive")
            await tab.until("document.body.innerText.includes('admin said: false positive')")
            await fits(tab, 360)
            await tab.open(f"{service.url}/admin")
            await fits(tab, 360)
            await tab.click("Sign out")
            await tab.until("location.pathname === '/admin/sign-in'")
            requested, complaints = tab.requested, tab.complaints
    assert {urlsplit(url).netloc for url in requested} == {urlsplit(service.url).netloc}
    assert any(url.partition("?")[0].endswith("/admin/style.css") for url in requested)
    # A policy that is too narrow would be complained of here.
    assert complaints == []


async def fits(tab: Tab, width: int) -> None:
    """Nothing makes the page itself wider than the screen."""
    await tab.narrow(width)
    await tab.until(f"document.documentElement.clientWidth === {width}")
    assert await tab.value("document.documentElement.scrollWidth") == width
