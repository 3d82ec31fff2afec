"""The FastAPI application below /api, with the project's errors and a description of itself."""

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from issue_intelligence.version import VERSION
from issue_intelligence.web import errors
from issue_intelligence.web.api.deployments import DeploymentEndpoints, deployment_routes
from issue_intelligence.web.api.feedback import FeedbackEndpoints, feedback_routes
from issue_intelligence.web.api.ignore_patterns import IgnorePatternEndpoints, ignore_pattern_routes
from issue_intelligence.web.api.maintenance import MaintenanceEndpoints, maintenance_routes
from issue_intelligence.web.api.silences import SilenceEndpoints, silence_routes
from issue_intelligence.web.errors import HttpError

# FastAPI's own pages load their scripts from another host, so none of them is served.
_DOCS = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Issue Intelligence API</title></head>
<body><h1>Issue Intelligence API</h1>
<p>The API is described in OpenAPI's format at <a href="openapi.json">/api/openapi.json</a>,
for any viewer or generator of clients.</p>
<table><tr><th>request</th><th>what it does</th></tr>
{rows}
</table></body></html>
"""


def api_app(
    deployments: DeploymentEndpoints,
    feedback: FeedbackEndpoints,
    silences: SilenceEndpoints,
    maintenance: MaintenanceEndpoints,
    ignore_patterns: IgnorePatternEndpoints,
) -> FastAPI:
    app = FastAPI(
        title="Issue Intelligence",
        version=VERSION,
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={
            HttpError: _respond,
            404: _not_found,
            405: _method_not_allowed,
            HTTPException: _method_not_allowed,
            Exception: _respond,
        },
    )
    app.include_router(deployment_routes(deployments))
    app.include_router(feedback_routes(feedback))
    app.include_router(silence_routes(silences))
    app.include_router(maintenance_routes(maintenance))
    app.include_router(ignore_pattern_routes(ignore_patterns))

    @app.get("/docs", include_in_schema=False)
    async def docs(_request: Request) -> Response:
        paths = app.openapi()["paths"]
        rows = "\n".join(
            f"<tr><td>{method.upper()} /api{path}</td><td>{operation['summary']}</td></tr>"
            for path, operations in paths.items()
            for method, operation in operations.items()
        )
        return HTMLResponse(_DOCS.format(rows=rows))

    return app


# FastAPI takes coroutines only.
async def _respond(request: Request, error: Exception) -> Response:
    return errors.respond(request, error)


async def _not_found(request: Request, error: Exception) -> Response:
    return errors.not_found(request, error)


async def _method_not_allowed(request: Request, error: Exception) -> Response:
    return errors.method_not_allowed(request, error)
