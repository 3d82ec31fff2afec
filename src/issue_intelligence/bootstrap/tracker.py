"""Where issues go: to GitHub when a token and a repository are set, else to files."""

from collections.abc import Callable

import httpx2

from issue_intelligence.adapters.github.client import GitHubClient
from issue_intelligence.adapters.github.tracker import GitHubTracker
from issue_intelligence.adapters.local_tracker.tracker import LocalTracker
from issue_intelligence.adapters.system_clock import SystemClock
from issue_intelligence.ports.tracker import Tracker
from issue_intelligence.settings import Settings, SettingsError


def check_github(settings: Settings) -> None:
    """Raise SettingsError when only half of what GitHub needs is set, or the token cannot be one."""
    token, repository = settings.github_token.get_secret_value().strip(), settings.github_repository
    if repository and not token:
        raise SettingsError("GITHUB_TOKEN is missing: GITHUB_REPOSITORY is set and needs it")
    if token and not repository:
        raise SettingsError("GITHUB_REPOSITORY is missing: GITHUB_TOKEN is set and needs it")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise SettingsError("GITHUB_TOKEN: must be one word of ASCII characters")


def issues_go_to(settings: Settings) -> str:
    """Name the place for people, without secrets."""
    if settings.github_repository:
        return f"GitHub repository {settings.github_repository}"
    return str(settings.data_dir / "issues")


def tracker_of(settings: Settings, *, http: httpx2.AsyncClient, on_dropped: Callable[[str], None]) -> Tracker:
    """Make the tracker; `on_dropped` hears of labels and assignees that it left out without a word."""
    check_github(settings)
    clock = SystemClock()
    if not settings.github_repository:
        return LocalTracker(settings.data_dir / "issues", clock=clock)
    client = GitHubClient(
        http,
        api_url=settings.github_api_url,
        token=settings.github_token.get_secret_value().strip(),
        repository=settings.github_repository,
        clock=clock,
        write_interval_seconds=settings.github_write_interval_seconds,
    )
    return GitHubTracker(client, on_dropped=on_dropped)
