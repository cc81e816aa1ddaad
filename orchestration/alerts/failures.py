"""The alert that a run failed: which run, which days, which assets, why, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from orchestration.alerts.post import Alert
from orchestration.redaction import redacted
from orchestration.settings import Settings
from reports.mail import Edition

_LONGEST_REASON = 1000
_NEXT_STEPS = {
    "dumps": "`tidemark doctor` says which archive does not answer; the next look of `nightly` or `tidemark run --day {day}` tries again",
    "lake": "`tidemark feeds check FILE` on the dump named above shows the rows; mend or remove it, then `tidemark run --day {day}`",
    "mail": "`tidemark doctor` tries the relay, `tidemark send --day {day}` sends what is left; nobody gets it twice",
    "alerts": "mend [notify] or [[alerts]] in tidemark.toml; the next look of `nightly` sends what is left",
    "recap": "`tidemark recap --day {day}` tells the day again, with the whole error on --debug",
}
_ANY_STEP = "`tidemark doctor`, then `tidemark run --day {day} --debug`"


@dataclass(frozen=True)
class FailedRun:
    """What Dagster knows of it; `reasons` by asset."""

    run_id: str
    job: str
    days: Sequence[str]
    reasons: Mapping[str, str]
    message: str = ""


def alert_of(run: FailedRun, settings: Settings, today: date) -> Alert:
    """Say it shortly, without secrets; the same run gives the same edition."""
    reasons = {asset: _short(reason, settings) for asset, reason in run.reasons.items()} or {
        "the run as a whole": _short(run.message or "its process ended without a word", settings)
    }
    days = " to ".join(dict.fromkeys([run.days[0], run.days[-1]])) if run.days else "no day"
    day = run.days[0] if run.days else str(today)
    steps = list(dict.fromkeys(_next_step(asset, run.job).format(day=day) for asset in reasons))
    text = "\n".join(
        [
            f"Run: {run.run_id} (job {run.job})",
            f"Day: {days}",
            *(f"Asset: {asset}\nReason: {reason}" for asset, reason in reasons.items()),
            *(f"Next step: {step}" for step in steps),
            "",
        ]
    )
    facts = {"run": run.run_id, "job": run.job, "days": list(run.days), "reasons": reasons, "next_steps": steps}
    subject = f"tidemark: {run.job} of {days} failed at {next(iter(reasons))}"
    return Alert(Edition(date.fromisoformat(day), f"run-{run.run_id[:36]}"), subject, text, facts)


def _short(reason: str, settings: Settings) -> str:
    lines = [line.rstrip() for line in redacted(reason, settings).splitlines() if line.strip()]
    text = "\n".join("".join(c for c in line if c.isprintable()) for line in lines)
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]} …"


def _next_step(asset: str, job: str) -> str:
    if job == "retention":
        return "the next night does the rest; `tidemark doctor` looks at disk and home"
    return _NEXT_STEPS.get(asset.split("/")[0], _ANY_STEP)
