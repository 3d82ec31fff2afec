"""What breaks in people's browsers."""

from tests.scenarios.draw import Draw
from tests.scenarios.families.registry import Kind, family
from tests.scenarios.log import json_lines, plain
from tests.scenarios.scenario import Scenario
from tests.scenarios.scene import scene, up

REACT = (
    "    at renderWithHooks (https://www.example.com/static/js/react-dom.production.min.js:16:7)\n"
    "    at beginWork (https://www.example.com/static/js/react-dom.production.min.js:22:14)"
)


@family(Kind.OTHER, is_real=True, red_herring=True)
def react_page_stays_white(draw: Draw) -> Scenario:
    """A component fails on an empty list and the page stays white; browser extensions are louder than it."""
    made = scene(draw, ("frontend", "web-frontend"), json_lines, plain)
    made.traffic("POST /client-log", count=(50, 90))
    for seconds in draw.times(draw.between(60, 140), -880, 100):
        made.log.line(
            seconds,
            "error",
            draw.pick(
                (
                    "ResizeObserver loop completed with undelivered notifications.",
                    "Error in chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn/inpage.js: MetaMask not found",
                    "Script error.",
                )
            ),
            source="browser",
        )
    component, file = draw.pick(
        (("BasketSummary", "src/components/BasketSummary.tsx"), ("OfferList", "src/components/OfferList.tsx"))
    )
    for seconds in draw.times(draw.between(14, 40), -270, 100):
        made.log.line(
            seconds,
            "error",
            "TypeError: Cannot read properties of undefined (reading 'map')",
            below=f"    at {component} ({file}:{draw.between(11, 90)}:21)\n{REACT}",
            source="React",
            page=draw.pick(("/basket", "/offers")),
        )
    return made.scenario(
        made.alert(
            "FrontendErrors", f"{made.service}: React error boundary was shown", severity="warning", value=27
        ),
        {
            "is_real": True,
            "should_create_issue": True,
            "type": "bug",
            "component": "frontend",
            "known_issue": "",
            "error_contains": "reading 'map'",
            "culprit_contains": file,
        },
        world={
            "health": up(draw),
            "deployments": [
                {
                    "service": made.service,
                    "started_at": made.ago(minutes=13),
                    "finished_at": made.ago(minutes=10),
                }
            ],
        },
    )


@family(Kind.OTHER, is_real=False)
def browser_extensions_complain(draw: Draw) -> Scenario:
    """People's extensions and old browsers send their errors to our collector; no page of ours is in any of them."""
    made = scene(draw, ("frontend", "web-frontend"), json_lines, plain)
    made.traffic("POST /client-log", count=(60, 120))
    for seconds in draw.times(draw.between(30, 70), -880, 100):
        made.log.line(
            seconds,
            "warn",
            draw.pick(
                (
                    "ResizeObserver loop completed with undelivered notifications.",
                    "Script error.",
                    "Non-Error promise rejection captured with value: Object Not Found Matching Id:4",
                )
            ),
            source="browser",
        )
    return made.scenario(
        made.alert("FrontendErrors", f"{made.service}: browser errors above 20", severity="info", value=31),
        {"is_real": False, "should_create_issue": False, "remediation": ""},
        world={
            "health": up(draw),
            "history": [{"started_at": made.ago(days=day), "is_real": False} for day in (8, 6, 2)],
        },
    )
