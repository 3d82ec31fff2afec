"""Text from outside is shown and does nothing; pages load nothing from elsewhere, and tell no secret."""

from pathlib import Path
from urllib.parse import urlsplit

from issue_intelligence.core.model.evidence import ServiceState
from issue_intelligence.core.remediate.plan import Mode
from tests.pipeline.secrets import all_texts, found_in
from tests.pipeline.world import LABELS, STARTS_AT, World, a_world, shop_alert
from tests.web.admin.pages import Page, incident_paths, page_at
from tests.web.running_app import running_app

ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "</pre></title></textarea><iframe src=//evil.example>",
    "{{7*7}}{% raw %}",
    '<a href="javascript:alert(1)">',
    "&lt;b&gt;",
)
SEED = " ".join(ATTACKS)
# A browser runs none of these, and no text from outside adds another.
_OURS = """
html head meta title link body a header nav form input button main section p h1 h2 h3 h4 span article details
summary dl dt dd ul ol li time code pre div table thead tbody tr th td strong meter label select option
datalist fieldset legend textarea figure figcaption svg rect
"""
OURS = set(_OURS.split())
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}


def everywhere(world: World, text: str) -> dict[str, object]:
    """Put a text wherever one can come in, and give the alert with it."""
    world.logs.add(STARTS_AT, *[f"ERROR TypeError: {text}\n    at {text} (/srv/{text}/cart.ts:10:5)"] * 5)
    world.logs.add(STARTS_AT, f"ERROR {text}", f"WARN {text} 2", f"ERROR GET /{text} 500")
    world.health.state, world.health.detail = ServiceState.DOWN, text
    return shop_alert(
        labels=LABELS | {"alertname": f"Alert {text}", "note": text, text[:60]: text},
        annotations={"summary": text, "description": text, "runbook_url": text},
        generatorURL=f"https://grafana.example/{text}",
        dashboardURL=f"javascript:{text}",
        panelURL=text,
        silenceURL=f"data:text/html,{text}",
        valueString=text,
    )


async def shown(folder: Path, text: str, *, mode: Mode = Mode.ACT) -> list[Page]:
    """Every page of a service to which the text came in every way."""
    async with a_world(folder, mode=mode) as world:
        await world.receive_and_work(everywhere(world, text))
    async with running_app(folder, mode=mode) as client:
        [path, *_] = await incident_paths(client)
        token = (await page_at(client, path)).hidden["csrf_token"]
        # A form takes no control characters; on one line it takes the rest.
        line = "".join(sign if sign.isprintable() else " " for sign in text)
        form = {"csrf_token": token, "kind": "wrong_component", "component": line[:250]}
        said = await client.post(f"{path}/feedback", data=form | {"by": line[:250], "note": line[:2000]})
        assert said.status_code == 303, said.text
        wrong = await client.post(f"{path}/feedback", data=form | {"kind": text[:250]})
        pages = [await page_at(client, each) for each in ("/admin", path, "/admin?status=open")]
        other = await client.get("/admin", params={"service": text})
        return [*pages, Page(other.text), Page(wrong.text)]


async def test_text_from_outside_adds_no_element_and_no_attribute(tmp_path: Path) -> None:
    # In mode observe the page holds the issue's title and text, too.
    pages = await shown(tmp_path, SEED, mode=Mode.OBSERVE)
    for page in pages:
        assert page.tags <= OURS
        assert not [name for name in page.attributes if name.startswith("on") or name in ("style", "srcdoc")]
    # It is there, as text: in the list and, many times, on the incident's page.
    start, incident = pages[:2]
    assert ATTACKS[0] in start.text
    assert incident.text.count(ATTACKS[0]) >= 10
    for attack in ATTACKS:
        assert attack in incident.text


async def test_pages_load_nothing_from_elsewhere_and_links_lead_to_the_web_only(tmp_path: Path) -> None:
    for page in await shown(tmp_path, SEED):
        assert page.fetched
        assert not [url for url in page.fetched if not url.startswith("/admin")]
        for link in page.links:
            parts = urlsplit(link)
            assert (parts.scheme, parts.netloc) in (("", ""), ("https", "grafana.example")), link


async def test_pages_tell_no_secret(tmp_path: Path) -> None:
    pages = await shown(tmp_path, all_texts())
    # The fourth repeats what its reader has just typed into the filter.
    del pages[3]
    assert [leak for page in pages for leak in found_in("a page", page.html)] == []
    assert "[REDACTED:" in pages[1].text


async def test_signs_that_turn_or_hide_text_are_left_out(tmp_path: Path) -> None:
    pages = await shown(tmp_path, "pay\u202etxt.exe\u200b done \x1b[31mred")
    for page in pages:
        assert not {"\u202e", "\u200b", "\x1b"} & set(page.html)
    assert "paytxt.exe done red" in pages[1].text


async def test_every_answer_has_its_headers(crashed: Path, tmp_path: Path) -> None:
    async with running_app(tmp_path, admin_password="correct horse") as client:
        for path in ("/admin", "/admin/sign-in", "/admin/nothing"):
            headers = (await client.get(path)).headers
            assert {name: headers[name] for name in HEADERS} == HEADERS, path
            [policy] = headers.get_list("Content-Security-Policy")
            for rule in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
                assert rule in policy
            assert "unsafe" not in policy
        for path, kind in (("style.css", "text/css; charset=utf-8"), ("icon.svg", "image/svg+xml")):
            answer = await client.get(f"/admin/{path}")
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, kind)
            assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
            assert "@import" not in answer.text
