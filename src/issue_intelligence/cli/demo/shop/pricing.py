"""What an order costs."""

from typing import Any

from issue_intelligence.cli.demo.shop.switches import Switches

PRICES_IN_CENTS = {"teapot": 3200, "cup": 900, "tray": 1800}
COUPONS: Any = {"WELCOME10": {"percent": 10}, "TEATIME": {"percent": 15}}


def price_of(items: list[str], coupon: str | None, switches: Switches) -> int:
    total = sum(PRICES_IN_CENTS[item] for item in items)
    if coupon is None:
        return total
    if switches.coupon_release:
        return total - discount_of(total, coupon)
    return total - (discount_of(total, coupon) if coupon in COUPONS else 0)


def discount_of(total: int, coupon: str) -> int:
    terms = COUPONS.get(coupon)
    return int(total * terms["percent"] / 100)
