"""The table of contents of the product: the whole journey of one incident.

Each line is a durable step. A finished step is skipped after a crash; a step that was cut off runs
again, and therefore looks before it acts. Adding or moving a step needs a new WORKFLOW_VERSION
in worker/durable.py.
"""

from dataclasses import dataclass
from functools import partial

from issue_intelligence.core.model.evidence import CollectorName
from issue_intelligence.pipeline.correlate import CorrelateStage
from issue_intelligence.pipeline.decide import DecideStage
from issue_intelligence.pipeline.investigate import InvestigateStage
from issue_intelligence.pipeline.remediate import RemediateStage
from issue_intelligence.pipeline.report import ReportStage
from issue_intelligence.ports.durable import DurableRun
from issue_intelligence.ports.errors import PermanentError
from issue_intelligence.ports.incident_store import Run

# These ask the outside and need nothing of each other.
OUTSIDE = (CollectorName.CHANGES, CollectorName.HEALTH, CollectorName.LOGS)
# These read what the logs said.
DERIVED = (CollectorName.KNOWN_ISSUES, CollectorName.METRICS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    investigate: InvestigateStage
    decide: DecideStage
    correlate: CorrelateStage
    remediate: RemediateStage
    report: ReportStage

    async def __call__(self, durable: DurableRun, run: Run) -> None:
        collect = self.investigate.collect
        await durable.side_by_side({name: partial(collect, run, name) for name in OUTSIDE})
        await durable.side_by_side({name: partial(collect, run, name) for name in DERIVED})
        await durable.step("history", partial(collect, run, CollectorName.HISTORY))
        await durable.step("decide", partial(self.decide.decide, run))
        await durable.step("correlate", partial(self.correlate.correlate, run))
        await durable.step("announce", partial(self._announce, run))
        look_at, looks = await durable.step("remediate", partial(self.remediate.remediate, run)), 0
        while look_at:
            looks += 1
            await durable.pause(self.remediate.seconds_until(look_at))
            look_at = await durable.step(f"prove_{looks}", partial(self.remediate.prove, run, looks))
        plan = await durable.step("plan_report", partial(self.report.plan, run))
        done = await durable.step("report_issue", partial(self.report.report_issue, run, plan))
        try:
            await durable.step("notify", partial(self.report.notify, run, done))
        except PermanentError as failure:
            # The issue stands, so the run goes on to its end; the next look tells what this one could not.
            await durable.step("note_untold", partial(self.report.notices.note_untold, run, str(failure)))
        # A run that an earlier release began knows of no issue that waits.
        waits = done.get("waits_until", "")
        await durable.step(
            "finish", partial(self.decide.finish, run, over=done["over"], issue_waits_until=waits)
        )

    async def _announce(self, run: Run) -> int:
        return await self.report.announce(run, attempting=await self.remediate.intended_action(run))
