"""`alerts`: what `[[alerts]]` asks to be told of a day, after it was told; beside the mail, so that neither holds up the other."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, ResourceParam

from orchestration.assets.recaps import RECAP
from orchestration.assets.window import Metadata, Window
from orchestration.partitions import Days, over_days
from orchestration.resources import Log, Work

ALERTS = AssetKey("alerts")


def alerts_assets(days: Days) -> list[AssetsDefinition]:
    """The thresholds of a day."""
    spec = AssetSpec(
        ALERTS,
        deps=[RECAP],
        description="Short alerts for marts that pass a threshold of `[[alerts]]`. Sent by runs that the clock or a sensor started.",
        group_name="recaps",
        kinds={"email"},
    )

    @over_days(days, "alerts", [spec])
    def alerts(context: AssetExecutionContext, work: ResourceParam[Work]) -> Iterator[Any]:
        window = Window(context, work, beside=["mail", "mirror"])

        def tell(day: date, log: Log) -> list[str]:
            told = work.alert(work.settings, day) if window.is_unattended and work.settings.alerts else []
            for line in told:
                log(f"alert {line}")
            return told

        def describe(day: date, told: list[str]) -> Metadata:
            return {"alerts": "\n".join(told) or "nothing asked for"}

        window.each(tell, describe)
        yield from window.record(ALERTS)
        window.close()

    return [alerts]
