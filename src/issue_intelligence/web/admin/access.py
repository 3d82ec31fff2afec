"""Who may see the pages, and whose forms are taken."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from issue_intelligence.ports.clock import Clock
from issue_intelligence.web.access import Endpoint, ReadAccess
from issue_intelligence.web.admin.answers import error_page, go_to
from issue_intelligence.web.admin.sessions import LIFETIME, LOCAL, Session, Sessions
from issue_intelligence.web.errors import HttpError
from issue_intelligence.web.request_body import BodyReader

MAX_FORM_BYTES = 16 * 1024
MAX_FIELDS = 50
Form = Mapping[str, str]
Page = Callable[[Request, Session], Awaitable[Response]]
Action = Callable[[Request, Session, Form], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminAccess:
    sessions: Sessions
    access: ReadAccess
    # As browsers name the service: "https://alerts.example.org"; "" where nobody set it.
    public_url: str
    reader: BodyReader
    clock: Clock

    @property
    def _secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def cookie_name(self) -> str:
        # A browser takes a name of this beginning over TLS only, and from no neighbouring host.
        return "__Host-issue-intelligence" if self._secure else "issue-intelligence"

    def session_of(self, request: Request) -> Session | None:
        session = self.sessions.read(request.cookies.get(self.cookie_name, ""), self.clock.now())
        if session is not None and session.user == LOCAL and not self.access.is_open_to(request):
            return None
        return session

    def reading(self, show: Page) -> Endpoint:
        """Wrap a page that needs a session; who may read without one gets one, for the page's forms."""

        async def guarded(request: Request) -> Response:
            session = self.session_of(request)
            if session is not None:
                return await show(request, session)
            if not self.access.is_open_to(request):
                return go_to(f"/admin/sign-in?next={_own_path(request)}")
            session = self.sessions.start(LOCAL, self.clock.now())
            answer = await show(request, session)
            self.set_cookie(answer, session)
            return answer

        return for_people(guarded)

    def acting(self, act: Action) -> Endpoint:
        """Wrap what a form does: it needs the session, and the form has to be of one of our pages."""

        async def guarded(request: Request) -> Response:
            self.require_own_form(request)
            session = self.session_of(request)
            if session is None:
                raise HttpError(
                    status=401, code="not_authentic", message="the session has ended; sign in and try again"
                )
            form = await self.form_of(request)
            given = form.get("csrf_token", "")
            if not hmac.compare_digest(given.encode(), session.csrf_token.encode()):
                raise _foreign("the form is not of this session; go back, load the page anew and try again")
            return await act(request, session, form)

        return for_people(guarded)

    async def form_of(self, request: Request) -> Form:
        """Read a form's fields, within bounds. Raises HttpError."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise HttpError(status=415, code="wrong_content_type", message="this takes a form of ours only")
        body = await self.reader.read(request.headers.raw, request.receive)
        text = body.decode("ascii", "replace")
        try:
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace"))
        except ValueError as error:
            raise HttpError(
                status=422, code="invalid_parameter", message="the form has too many fields"
            ) from error

    def require_own_form(self, request: Request) -> None:
        """Refuse a form that a page of another site sends. Raises HttpError (403).

        Browsers say where a form comes from; what is no browser says nothing, and has no cookie to abuse.
        """
        site = request.headers.get("sec-fetch-site", "same-origin")
        origin = request.headers.get("origin")
        own = {request.headers.get("host", ""), urlsplit(self.public_url).netloc}
        if site not in ("same-origin", "none") or (origin is not None and urlsplit(origin).netloc not in own):
            raise _foreign("the form comes from another site")

    def set_cookie(self, answer: Response, session: Session) -> None:
        answer.set_cookie(
            self.cookie_name,
            self.sessions.cookie_of(session),
            max_age=int(LIFETIME.total_seconds()),
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def forget_cookie(self, answer: Response) -> None:
        answer.delete_cookie(self.cookie_name, path="/", secure=self._secure, httponly=True, samesite="lax")


def for_people(endpoint: Endpoint) -> Endpoint:
    """Have errors answered by a page."""

    async def told(request: Request) -> Response:
        try:
            return await endpoint(request)
        except HttpError as error:
            return error_page(request, error)

    return told


def _foreign(message: str) -> HttpError:
    return HttpError(status=403, code="foreign_form", message=message)


def _own_path(request: Request) -> str:
    # The path alone: it has no sign that a query would have to escape.
    return request.url.path if request.url.path.isascii() else "/admin"
