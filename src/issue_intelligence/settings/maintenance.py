"""`[[maintenance]]` of the TOML file."""

from datetime import UTC, datetime, time
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from issue_intelligence.core.intake.matcher_text import parse_matcher
from issue_intelligence.core.intake.window_text import WindowText


class MaintenanceSettings(BaseModel):
    """One window, of every week or of one day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=255)
    matchers: tuple[str, ...] = Field(min_length=1)
    # None for every day.
    days: tuple[str, ...] | None = None
    from_: Annotated[str, Field(alias="from")] = ""
    until: str = ""
    duration: str = ""
    timezone: str = ""
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    comment: str = ""

    @field_validator("from_", "until", mode="before")
    @classmethod
    def _time_as_text(cls, value: object) -> object:
        # TOML has times of the day too: 02:30:00 without quotes.
        return value.isoformat() if isinstance(value, time) else value

    @field_validator("matchers")
    @classmethod
    def _readable(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            parse_matcher(text)
        return value

    def text(self) -> WindowText:
        return WindowText(
            name=self.name,
            matchers=tuple(parse_matcher(text) for text in self.matchers),
            days=self.days,
            starts=self.from_,
            until=self.until,
            duration=self.duration,
            timezone=self.timezone,
            starts_at=_utc(self.starts_at),
            ends_at=_utc(self.ends_at),
            comment=self.comment,
        )


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None
