"""Checks that SQL in dbt cannot make: about files and about time."""

from dagster import (
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    MetadataValue,
    ResourceParam,
    asset_check,
)

from orchestration.assets.recaps import RECAP
from orchestration.resources import Work
from orchestration.settings import yesterday


@asset_check(asset=RECAP, description="Yesterday has a recap; a backfill of old days does not make it look fresh.")
def newest_day_is_told(work: ResourceParam[Work]) -> AssetCheckResult:
    """Warn when the newest day has no recap."""
    page = work.settings.paths.recap_page(yesterday())
    return AssetCheckResult(
        passed=page.exists(), severity=AssetCheckSeverity.WARN, metadata={"path": MetadataValue.path(page)}
    )


CHECKS: list[AssetChecksDefinition] = [newest_day_is_told]
