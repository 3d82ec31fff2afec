"""What the shop's Grafana watches."""

from issue_intelligence.cli.demo.grafana import AlertRule

_FAILURES = range(500, 600)


def _failures_of(service: str) -> AlertRule:
    return AlertRule(
        uid=f"shop-{service}-5xx",
        name="HTTP 5xx errors",
        service=service,
        severity="critical",
        statuses=_FAILURES,
        threshold=10,
        summary=f"Failed requests of {service}",
    )


CHECKOUT_FAILS = _failures_of("checkout")
STOCK_FAILS = _failures_of("stock")
REVIEWS_FAIL = _failures_of("reviews")
ACCOUNTS_FAIL = _failures_of("accounts")
DELIVERY_SLOW = AlertRule(
    uid="shop-delivery-slow",
    name="Slow responses",
    service="delivery",
    severity="warning",
    slow_ms=100,
    threshold=10,
    summary="Requests of delivery over 100 ms",
)
SIGN_INS_FAIL = AlertRule(
    uid="shop-accounts-401",
    name="Authentication failures spike",
    service="accounts",
    severity="warning",
    statuses=range(401, 402),
    threshold=20,
    summary="Refused sign-ins",
)
