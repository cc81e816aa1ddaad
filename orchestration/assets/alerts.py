"""`alerts`: figures of a day that pass a threshold of the user's, told of once each by runs that nobody watches."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, ResourceParam

from orchestration.assets.recaps import RECAP, is_unattended
from orchestration.assets.window import Metadata, Window
from orchestration.partitions import Days, over_days
from orchestration.resources import Log, Work

ALERTS = AssetKey("alerts")


def alerts_asset(days: Days) -> AssetsDefinition:
    """After the recap, so that what an alert names can be read."""
    spec = AssetSpec(
        ALERTS,
        deps=[RECAP],
        description="Thresholds of `[[alerts.thresholds]]` that the day passed, sent once each by unattended runs.",
        group_name="recaps",
        kinds={"alert"},
    )

    @over_days(days, "alerts", [spec])
    def alerts(context: AssetExecutionContext, work: ResourceParam[Work]) -> Iterator[Any]:
        window, settings = Window(context, work), work.settings

        def tell(day: date, log: Log) -> list[str]:
            if not (is_unattended(context) and settings.alerts.is_on and settings.alerts.thresholds):
                return []
            told = work.alert_thresholds(settings, day)
            for line in told:
                log(f"alert {day} {line}")
            return told

        def describe(_: date, told: list[str]) -> Metadata:
            return {"alerts": len(told)}

        window.each(tell, describe)
        yield from window.record(ALERTS)
        window.close()

    return alerts
