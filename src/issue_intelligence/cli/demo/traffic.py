"""The shop's customers: they send real requests, and the errors happen by themselves."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from issue_intelligence.cli.demo.faults import DemoError
from issue_intelligence.cli.demo.local_http import Answer, ask

# A coupon that ran out: nobody removed it from the leaflets.
OLD_COUPON = "SPRING24"


# Between two requests, so that the log has a course of time.
_PAUSE_SECONDS = 0.03
# Fewer than before, so that a rate of errors that stays does not look like one that rises.
_UNHURRIED_SECONDS = 0.4
# Nobody waits longer for an answer that is under way.
_LEAVE_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers:
    shop_url: str

    def order(self, *, first_user: int, orders: int, with_old_coupon: int) -> int:
        """Place orders, some with a coupon that ran out; give how many failed."""
        coupons = (OLD_COUPON, "TEATIME", None)
        failed = 0
        for number in range(orders):
            old = with_old_coupon * (number + 1) // orders > with_old_coupon * number // orders
            coupon = coupons[0] if old else coupons[1 + number % 2]
            body = self._customer(first_user + number) | {"items": ["teapot", "cup"], "coupon": coupon}
            failed += self._post("checkout/orders", body).status >= 500
        return failed

    def look_at_shelf(self, *, times: int) -> int:
        """Ask what is left of things; give how many requests failed."""
        items = ("teapot", "cup", "tray")
        return sum(self._get(f"stock/items/{items[number % 3]}").status >= 500 for number in range(times))

    def read_reviews(self, *, times: int) -> int:
        """Read what others say of things; give how many requests failed."""
        items = ("teapot", "cup", "tray")
        return sum(self._get(f"reviews/of/{items[number % 3]}").status >= 500 for number in range(times))

    def ask_for_delivery(self, *, times: int) -> int:
        """Ask when a parcel would come; give how many got no answer."""
        postcodes = ("10115", "80331", "2000", "75001")
        return sum(
            self._get(f"delivery/days/{postcodes[number % 4]}").status >= 500 for number in range(times)
        )

    @contextmanager
    def keep_doing(self, request: Callable[[], object]) -> Iterator[None]:
        """Let more customers do the same meanwhile, whether the shop answers or not."""
        enough = threading.Event()

        def go_on() -> None:
            while not enough.wait(_UNHURRIED_SECONDS):
                with suppress(DemoError):
                    request()

        others = threading.Thread(target=go_on, name="customers", daemon=True)
        others.start()
        try:
            yield
        finally:
            enough.set()
            others.join(_LEAVE_SECONDS)

    def read_report(self, *, times: int) -> None:
        for _ in range(times):
            self._get("stock/report")

    def sign_in(self, *, first_user: int, users: int) -> list[str]:
        """Sign users in; give the tokens of those who could."""
        answers = [
            self._post("accounts/sign-in", self._customer(first_user + number)) for number in range(users)
        ]
        return [str(answer.document()["token"]) for answer in answers if answer.status == 200]

    def open_account(self, tokens: list[str]) -> int:
        """Open each account page; give how many were refused."""
        return sum(self._get("accounts/me", token).status == 401 for token in tokens)

    def switch(self, **changes: bool | float) -> None:
        """Break the shop, or mend it."""
        answer = self._post("admin", changes)
        if answer.status != 200:
            raise DemoError(f"the shop's switch answered {answer.status}: {answer.text}")

    def _customer(self, number: int) -> dict[str, Any]:
        return {"userId": f"u-{number}", "email": f"customer{number}@example.com"}

    def _post(self, path: str, body: Any) -> Answer:
        time.sleep(_PAUSE_SECONDS)
        headers = {"Content-Type": "application/json"}
        return ask("POST", f"{self.shop_url}/{path}", body=json.dumps(body).encode(), headers=headers)

    def _get(self, path: str, token: str = "") -> Answer:
        time.sleep(_PAUSE_SECONDS)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return ask("GET", f"{self.shop_url}/{path}", headers=headers)
