"""`recap`, a day told, and `mail`, its letter: written every time, sent by runs that the clock or a sensor started."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, AssetSpec, MetadataValue, ResourceParam

from orchestration.assets.warehouse import PUBLISHED
from orchestration.assets.window import Metadata, Window
from orchestration.partitions import Days, over_days
from orchestration.resources import Log, Work
from orchestration.settings import Paths

RECAP = AssetKey("recap")
MAIL = AssetKey("mail")


def recap_assets(days: Days) -> list[AssetsDefinition]:
    """The page of a day and its letter."""
    return [_recap(days), _mail(days)]


def _recap(days: Days) -> AssetsDefinition:
    spec = AssetSpec(
        RECAP,
        deps=[PUBLISHED],
        description="`recaps/<day>/`: page, e-mail, facts, claims and charts of a day.",
        group_name="recaps",
        kinds={"html"},
    )

    @over_days(days, "recap", [spec])
    def recap(context: AssetExecutionContext, work: ResourceParam[Work]) -> Iterator[Any]:
        window, paths = Window(context, work), work.settings.paths

        def describe(day: date, recap: Any) -> Metadata:
            page = paths.recap_page(day)
            return {"path": MetadataValue.path(page), "preview": MetadataValue.md(_preview(recap))}

        window.each(partial(_write, work.write_recap, paths), describe, work.settings.threads)
        work.refresh_archive(paths.recaps, window.left)
        work.publish_recaps(work.settings, window.left, window.log)
        yield from window.record(RECAP)
        window.close()

    return recap


def _write(write: Callable[[Path, Path, date], Any], paths: Paths, day: date, log: Log) -> Any:
    from reports.facts import NoDataError

    try:
        recap = write(paths.published_db, paths.recaps, day)
    except NoDataError as error:
        how = f"`tidemark run --day {day}`, or in the UI all upstream of recap"
        raise RuntimeError(f"{error}: no dump of it was read, or it was not loaded yet ({how})") from None
    log(f"recap {day}: {paths.recap_page(day)}")
    return recap


def _preview(recap: Any) -> str:
    """Headline and takeaways, where the recap has them, as Markdown for the UI."""
    from reports.markdown import escaped

    points = [f"- {escaped(point)}" for point in getattr(recap, "takeaways", ())]
    return "\n".join([f"**{escaped(getattr(recap, 'headline', ''))}**", "", *points])


def _mail(days: Days) -> AssetsDefinition:
    spec = AssetSpec(
        MAIL,
        deps=[RECAP],
        description="The letter of a day. The nightly run sends it if `[mail] host` is set; `tidemark send` sends any day.",
        group_name="recaps",
        kinds={"email"},
    )

    @over_days(days, "mail", [spec])
    def mail(context: AssetExecutionContext, work: ResourceParam[Work]) -> Iterator[Any]:
        window = Window(context, work, beside=["alerts", "mirror"])

        def post(day: date, log: Log) -> str:
            if not (window.is_unattended and work.settings.mail.host):
                return "nothing sent"
            sent = work.send(work.settings, day)
            log(f"mail {sent}")
            return sent

        def describe(day: date, sent: str) -> Metadata:
            letter = work.settings.paths.recaps / str(day) / "email.eml"
            return {"sent": sent, "path": MetadataValue.path(letter), "bytes": letter.stat().st_size}

        window.each(post, describe)
        yield from window.record(MAIL)
        window.close()

    return mail
