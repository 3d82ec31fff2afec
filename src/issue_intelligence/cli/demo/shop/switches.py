"""What can be broken about the shop."""

from dataclasses import dataclass


@dataclass(slots=True)
class Switches:
    # The release of checkout that forgot customers whose coupon has run out.
    coupon_release: bool = False
    # The stock report that keeps its database connection.
    leaky_report: bool = False
    # How long a sign-in lasts.
    token_seconds: float = 3600
