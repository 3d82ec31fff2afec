"""The sample shop really fails, in its own code, and logs it as services do."""

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from issue_intelligence.cli.demo.local_http import ask
from issue_intelligence.cli.demo.shop.accounts import Accounts, TokenRefusedError
from issue_intelligence.cli.demo.shop.delivery import Delivery
from issue_intelligence.cli.demo.shop.server import SERVICES, Request, Server, Shop
from issue_intelligence.cli.demo.shop.switches import Switches


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = _open(tmp_path)
    yield shop
    shop.close()


def _open(folder: Path) -> Shop:
    return Shop(folder, carrier_url="")


def _ask(shop: Shop, method: str, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    return shop.answer(Request(method=method, path=path, body=body, token=""))


def _logged(folder: Path, service: str) -> list[dict[str, Any]]:
    text = (folder / "logs" / f"{service}.log").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_release_breaks_orders_with_an_old_coupon_only(shop: Shop, tmp_path: Path) -> None:
    def order(coupon: str | None) -> int:
        return _ask(shop, "POST", "/checkout/orders", items=["cup"], coupon=coupon, userId="u-7")[0]

    assert [order("SPRING24"), order("TEATIME"), order(None)] == [200, 200, 200]
    assert _ask(shop, "POST", "/admin", coupon_release=True)[0] == 200
    assert [order("SPRING24"), order("TEATIME"), order(None)] == [500, 200, 200]
    (failure,) = [line for line in _logged(tmp_path, "checkout") if line["level"] == "error"]
    assert failure["userId"] == "u-7"
    assert "in discount_of" in failure["stack"]
    assert failure["stack"].endswith("TypeError: 'NoneType' object is not subscriptable")


def test_leaky_report_exhausts_the_pool_and_health_says_so(shop: Shop) -> None:
    assert _ask(shop, "GET", "/stock/items/cup") == (200, {"item": "cup", "left": 250})
    _ask(shop, "POST", "/admin", leaky_report=True)
    for _ in range(5):
        _ask(shop, "GET", "/stock/report")
    assert _ask(shop, "GET", "/stock/items/cup")[0] == 500
    status, answer = _ask(shop, "GET", "/stock/health")
    assert (status, answer["checks"]["database"]["status"]) == (503, "down")
    assert _ask(shop, "GET", "/accounts/health")[0] == 200


def test_import_takes_every_connection_at_each_start_until_the_configuration_changes(tmp_path: Path) -> None:
    def starts_well() -> bool:
        shop = _open(tmp_path)
        try:
            return _ask(shop, "GET", "/reviews/of/cup")[0] == 200
        finally:
            shop.close()

    assert starts_well()
    shop = _open(tmp_path)
    _ask(shop, "POST", "/admin", review_import=True)
    assert _ask(shop, "GET", "/reviews/health")[0] == 503
    shop.close()
    assert not starts_well()
    shop = _open(tmp_path)
    _ask(shop, "POST", "/admin", review_import=False)
    shop.close()
    assert starts_well()


def test_slow_carrier_delays_some_and_outlasts_the_patience_for_others(tmp_path: Path) -> None:
    # Its own port is known only once it listens.
    shop = Shop(tmp_path, carrier_url="")
    with Server(0, shop) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        shop._delivery = Delivery(f"{url}/carrier")
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        assert ask("GET", f"{url}/delivery/days/10115").status == 200
        assert ask("GET", f"{url}/carrier/health").document() == {"status": "ok"}
        shop.switches.carrier_slow = True
        # Every third takes longer than delivery waits.
        assert [ask("GET", f"{url}/delivery/days/10115").status for _ in range(3)][-1] == 504
        assert ask("GET", f"{url}/carrier/health").document()["status"] == "degraded"
        # Delivery itself is well all the while.
        assert ask("GET", f"{url}/delivery/health").status == 200
        server.shutdown()
    shop.close()
    (failure,) = [line for line in _logged(tmp_path, "delivery") if line["level"] == "error"][-1:]
    assert failure["stack"].endswith("TimeoutError: external service carrier: timed out after 400 ms")


def test_nobody_signs_in_while_accounts_move(shop: Shop) -> None:
    _ask(shop, "POST", "/admin", accounts_moving=True)
    assert _ask(shop, "POST", "/accounts/sign-in", userId="u-7")[0] == 500
    _ask(shop, "POST", "/admin", accounts_moving=False)
    assert _ask(shop, "POST", "/accounts/sign-in", userId="u-7")[0] == 200


def test_token_is_refused_when_expired_or_changed() -> None:
    accounts = Accounts(Switches(token_seconds=10))
    token = accounts.sign_in("u-7", now=100)
    assert accounts.user_of(token, now=109) == "u-7"
    with pytest.raises(TokenRefusedError, match="jwt expired"):
        accounts.user_of(token, now=110)
    with pytest.raises(TokenRefusedError, match="invalid signature"):
        accounts.user_of(f"{token[:-2]}xx", now=109)


def test_wrong_requests_are_the_callers_own_fault(shop: Shop) -> None:
    assert _ask(shop, "POST", "/checkout/orders", items=["sofa"])[0] == 422
    assert _ask(shop, "GET", "/accounts/nothing")[0] == 404
    assert _ask(shop, "GET", "/elsewhere")[0] == 404
    assert _ask(shop, "POST", "/admin", nothing=True)[0] == 422


def test_each_service_has_a_log_of_its_own(shop: Shop, tmp_path: Path) -> None:
    assert {path.stem for path in (tmp_path / "logs").iterdir()} == set(SERVICES)
    shop.close()
    assert all(not logging.getLogger(name).handlers for name in SERVICES)
