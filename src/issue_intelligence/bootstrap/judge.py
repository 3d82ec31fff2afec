"""Wires what decides, for the pipeline and for whoever decides again."""

from collections.abc import Sequence
from datetime import timedelta

from issue_intelligence.bootstrap.maintenance import windows_of
from issue_intelligence.bootstrap.stores import Stores
from issue_intelligence.core.decide.deployments import DeploymentLimits
from issue_intelligence.core.decide.flapping import FlapLimits
from issue_intelligence.core.decide.inputs import ValidationThresholds
from issue_intelligence.core.model.service import Service
from issue_intelligence.core.model.silence import Silence
from issue_intelligence.pipeline.decide_again import PastExcuses
from issue_intelligence.pipeline.excuses import Excuses
from issue_intelligence.pipeline.flaps import Flaps
from issue_intelligence.pipeline.judge import Judge
from issue_intelligence.settings import Settings


def thresholds_of(settings: Settings) -> ValidationThresholds:
    validation = settings.validation
    return ValidationThresholds(
        min_error_count=validation.min_error_count,
        min_confidence=validation.min_confidence,
        create_issue_on_single_error_with_stack_trace=(
            validation.create_issue_on_single_error_with_stack_trace
        ),
    )


def excuses_of(settings: Settings, stores: Stores) -> Excuses:
    return Excuses(
        silences=stores.silences,
        maintenance=stores.maintenance,
        windows_of_file=windows_of(settings),
        patterns=stores.ignore_patterns,
        thresholds=thresholds_of(settings),
        deployment_limits=deployment_limits_of(settings),
        flaps=flaps_of(settings, stores),
        episodes=stores.episodes,
        self_resolved_grace=timedelta(seconds=settings.validation.self_resolved_grace_seconds),
    )


def deployment_limits_of(settings: Settings) -> DeploymentLimits:
    validation = settings.validation
    return DeploymentLimits(
        grace=timedelta(seconds=validation.deployment_grace_seconds),
        settling=timedelta(seconds=validation.deployment_settling_seconds),
    )


def flaps_of(settings: Settings, stores: Stores) -> Flaps:
    limits = FlapLimits(
        cycles=settings.validation.flapping_cycles,
        window=timedelta(seconds=settings.validation.flapping_window_seconds),
    )
    return Flaps(episodes=stores.episodes, ledger=stores.ledger, limits=limits)


def judge_again_of(settings: Settings, catalogue: Sequence[Service], silences: Sequence[Silence]) -> Judge:
    """Wire what decides again about the past, when these silences were in force at one time or another."""
    return Judge(
        excuses=PastExcuses(silences=tuple(silences), deployment_limits=deployment_limits_of(settings)),
        thresholds=thresholds_of(settings),
        catalogue=catalogue,
        # Plain, so that another process can take it.
        component_teams={name: tuple(each) for name, each in settings.issue_creation.component_teams.items()},
        default_labels=tuple(settings.issue_creation.default_labels),
    )
