"""Wires what decides, for the pipeline and for whoever decides again."""

from collections.abc import Sequence
from datetime import timedelta

from issue_intelligence.core.decide.deployments import DeploymentLimits
from issue_intelligence.core.decide.inputs import ValidationThresholds
from issue_intelligence.core.model.service import Service
from issue_intelligence.pipeline.excuses import Excuses
from issue_intelligence.pipeline.judge import Judge
from issue_intelligence.ports.silence_store import SilenceStore
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


def excuses_of(settings: Settings, silences: SilenceStore) -> Excuses:
    validation = settings.validation
    return Excuses(
        silences=silences,
        deployment_limits=DeploymentLimits(
            grace=timedelta(seconds=validation.deployment_grace_seconds),
            settling=timedelta(seconds=validation.deployment_settling_seconds),
        ),
    )


def judge_of(settings: Settings, catalogue: Sequence[Service], silences: SilenceStore) -> Judge:
    return Judge(
        excuses=excuses_of(settings, silences),
        thresholds=thresholds_of(settings),
        catalogue=catalogue,
        # Plain, so that another process can take it.
        component_teams={name: tuple(each) for name, each in settings.issue_creation.component_teams.items()},
        default_labels=tuple(settings.issue_creation.default_labels),
    )
