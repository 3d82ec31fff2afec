"""Which channel hears of an incident."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from issue_intelligence.core.model.notice import IncidentNotice, NoticeStatus
from issue_intelligence.core.model.verdict import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackChannels:
    """Names or ids as configured; "" for none."""

    critical: str = ""
    high: str = ""
    medium: str = ""
    # Of incidents that a remediation repaired.
    resolved: str = ""
    by_service: Mapping[str, str] = field(default_factory=dict)

    def of(self, notice: IncidentNotice) -> str:
        """Give the service's own channel, else the severity's; "" when neither is configured.

        Where a severity has none, the next milder one's is taken, then the next graver one's.
        """
        orders = {
            Severity.CRITICAL: (self.critical, self.high, self.medium),
            Severity.HIGH: (self.high, self.medium, self.critical),
            Severity.MEDIUM: (self.medium, self.high, self.critical),
            Severity.LOW: (self.medium, self.high, self.critical),
        }
        own = self.by_service.get(notice.service, "")
        return own or next(filter(None, orders[notice.severity]), "")

    def of_repaired(self, notice: IncidentNotice) -> str:
        """Give the channel that hears of it because it was repaired; "" for none."""
        if notice.status is not NoticeStatus.REPAIRED or self.by_service.get(notice.service):
            return ""
        return self.resolved

    def listed(self) -> tuple[str, ...]:
        named = (self.critical, self.high, self.medium, self.resolved, *self.by_service.values())
        return tuple(dict.fromkeys(filter(None, named)))
