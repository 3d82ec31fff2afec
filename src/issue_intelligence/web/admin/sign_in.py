"""Signing in and out."""

import hmac
import re
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from issue_intelligence.web.admin.access import AdminAccess, Form
from issue_intelligence.web.admin.answers import go_to, page
from issue_intelligence.web.admin.sessions import ADMIN, Session
from issue_intelligence.web.errors import HttpError

# Where to go on; anything else might lead to another site.
_OWN_PATH = re.compile(r"/admin(?:/[0-9A-Za-z/-]{0,200})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    access: AdminAccess

    async def show(self, request: Request) -> Response:
        return self._form(request.query_params.get("next", ""))

    async def sign_in(self, request: Request) -> Response:
        self.access.require_own_form(request)
        form = await self.access.form_of(request)
        # Also with a wrong name the attempt is counted, and takes as long.
        is_admin = hmac.compare_digest(form.get("user", "").encode(), ADMIN.encode())
        password = form.get("password", "") if is_admin else ""
        after = form.get("next", "")
        try:
            right = self.access.access.is_admin_password(password, request)
        except HttpError as error:
            answer = self._form(after, f"Too many wrong passwords. Wait {error.retry_after_seconds} s.", 429)
            answer.headers.update(error.headers)
            return answer
        if not right:
            return self._form(after, "The name or the password is not the right one.", 401)
        answer = go_to(after if _OWN_PATH.fullmatch(after) else "/admin")
        session = self.access.sessions.start(ADMIN, self.access.clock.now())
        self.access.set_cookie(answer, session)
        return answer

    async def sign_out(self, _request: Request, session: Session, _form: Form) -> Response:
        self.access.sessions.end(session, self.access.clock.now())
        answer = go_to("/admin/sign-in")
        self.access.forget_cookie(answer)
        return answer

    def _form(self, after: str, problem: str = "", status: int = 200) -> Response:
        values = {
            "after": after if _OWN_PATH.fullmatch(after) else "",
            "problem": problem,
            "can_sign_in": bool(self.access.access.admin_password),
            "session": None,
        }
        return page("sign_in.html", values, status=status)
