"""What can be broken about the shop."""

from dataclasses import dataclass


@dataclass(slots=True)
class Switches:
    # The release of checkout that forgot customers whose coupon has run out.
    coupon_release: bool = False
    # The stock report that keeps its database connection.
    leaky_report: bool = False
    # The carrier takes its time; it is another company's.
    carrier_slow: bool = False
    # Accounts are being moved to a new table, and nobody can sign in meanwhile.
    accounts_moving: bool = False
    # How long a sign-in lasts.
    token_seconds: float = 3600
