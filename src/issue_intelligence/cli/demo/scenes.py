"""The scenes in their order."""

from issue_intelligence.cli.demo.cast import Cast
from issue_intelligence.cli.demo.errors_on_stage import new_error, same_again, tokens_expired
from issue_intelligence.cli.demo.repairs_on_stage import pool_exhausted, restart_in_vain
from issue_intelligence.cli.demo.story import SceneEnd
from issue_intelligence.cli.demo.surroundings_on_stage import deployment_in_progress, slow_dependency


def play_scenes(cast: Cast) -> list[SceneEnd]:
    first, episode, alert_id = new_error(cast)
    return [
        first,
        same_again(cast, episode, alert_id),
        pool_exhausted(cast),
        restart_in_vain(cast),
        slow_dependency(cast),
        tokens_expired(cast),
        deployment_in_progress(cast),
    ]
