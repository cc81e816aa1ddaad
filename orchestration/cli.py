"""The `tidemark` command: a thin face on the same assets that Dagster runs.

Exit codes: 0 done; 1 the work failed; 2 usage or settings; 3 data impaired: the recap exists and says so.
"""

import io
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.look import dress
from orchestration.privacy import guard
from orchestration.settings import Settings, SettingsError, load, yesterday

if TYPE_CHECKING:
    from orchestration.pipeline import Part

FAILED, USAGE, IMPAIRED = 1, 2, 3


class _Day(click.ParamType[date]):
    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read an ISO day."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is not a day like 2026-01-31", param, ctx)


DAY = _Day()


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that every command takes, before or after its name."""
    for option in (
        click.option("--debug", is_flag=True, help="Show the traceback of an error."),
        click.option("--archive", help="Folder or address to fetch from instead of the vendors' [TIDEMARK_ARCHIVE]."),
        click.option(
            "--home", type=click.Path(file_okay=False), help="Where everything is kept [TIDEMARK_HOME, ./data]."
        ),
    ):
        command = option(command)
    return command


def _with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Call a command with the settings that follow from its options."""

    @wraps(command)
    def wrapped(home: str | None, archive: str | None, debug: bool, **arguments: Any) -> None:
        above = click.get_current_context().find_root().params
        settings = load(home or above.get("home"), archive or above.get("archive"))
        guard(settings)
        dress(settings)
        command(settings, **arguments)

    return _common(wrapped)


def _fetching(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of commands that fetch."""
    offline = click.option("--offline", is_flag=True, help="Ask no archive; use what was fetched before.")
    dry_run = click.option("--dry-run", is_flag=True, help="Fetch nothing; say what would be, and how big it is.")
    return offline(dry_run(command))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@_common
@click.version_option(package_name="tidemark")
def tidemark(home: str | None, archive: str | None, debug: bool) -> None:
    """Daily crypto market recaps from exchange dumps, every number traceable."""


@tidemark.command()
@_with_settings
def demo(settings: Settings) -> None:
    """Write a simulated market, load it, and tell its event day."""
    from orchestration.demo import run_demo

    page = run_demo(settings, _say)
    click.echo(f"\nOpen {page}")


@tidemark.command()
@click.option("--day", type=DAY, help="UTC day [yesterday].")
@_fetching
@_with_settings
def run(settings: Settings, day: date | None, offline: bool, dry_run: bool) -> None:
    """Fetch, load, compute and tell one UTC day."""
    chosen = day or yesterday()
    _run_days(settings.model_copy(update={"offline": offline}), chosen, chosen, dry_run)


@tidemark.command()
@click.option("--from", "first", type=DAY, required=True, help="First UTC day.")
@click.option("--to", "last", type=DAY, required=True, help="Last UTC day, included.")
@click.option("--land-only", is_flag=True, help="End with the lake; where it is shared, another host builds.")
@_fetching
@_with_settings
def backfill(settings: Settings, first: date, last: date, offline: bool, dry_run: bool, land_only: bool) -> None:
    """Do the same for a range of days, as one run."""
    if last < first:
        raise click.UsageError(f"--to {last} is before --from {first}")
    _run_days(settings.model_copy(update={"offline": offline}), first, last, dry_run, "land" if land_only else "all")


@tidemark.command()
@click.option("--day", type=DAY, help="UTC day [yesterday].")
@_with_settings
def recap(settings: Settings, day: date | None) -> None:
    """Render a recap again from what is published."""
    from orchestration.warehouse.recap_tables import publish_recaps
    from reports.recap import write_recap

    chosen = day or yesterday()
    _need_published(settings)
    write_recap(settings.paths.published_db, settings.paths.recaps, chosen)
    publish_recaps(settings, [chosen], log=_say)
    click.echo(settings.paths.recap_page(chosen))


@tidemark.command()
@click.option("--day", type=DAY, help="UTC day [yesterday].")
@click.option("--format", "form", type=click.Choice(["md", "txt", "json"]), default="md", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file [stdout].")
@_with_settings
def show(settings: Settings, day: date | None, form: str, output: Path | None) -> None:
    """Print a recap as Markdown, plain text or JSON."""
    from reports.formats import show as show_recap

    chosen = day or yesterday()
    folder = settings.paths.recaps / str(chosen)
    if not (folder / "facts.json").exists():
        raise click.ClickException(f"there is no recap of {chosen}: run `tidemark run --day {chosen}` first")
    told = show_recap(folder, form)
    if output:
        output.write_text(told, encoding="utf-8")
    else:
        click.echo(told, nl=False)


@tidemark.command()
@click.option("--day", type=DAY, help="UTC day [yesterday].")
@click.option("--list", "list_name", help="Send to this list only [every list].")
@click.option("--to", "recipients", multiple=True, help="Send to this address instead of the list; may be repeated.")
@click.option("--again", is_flag=True, help="Send also to those who perhaps have it already.")
@click.option("--dry-run", is_flag=True, help="Send nothing; say where the .eml is.")
@_with_settings
def send(
    settings: Settings,
    day: date | None,
    list_name: str | None,
    recipients: tuple[str, ...],
    again: bool,
    dry_run: bool,
) -> None:
    """Send a recap by e-mail, once per day, list and revision; a day whose facts changed goes out as a correction."""
    from orchestration.mailing import send_recap

    click.echo(send_recap(settings, day or yesterday(), recipients, dry_run, list_name, again))


@tidemark.command()
@click.option("--day", type=DAY, help="UTC day [yesterday].")
@_with_settings
def verify(settings: Settings, day: date | None) -> None:
    """Derive every number of a published recap again by other SQL, and lint its text."""
    from reports.verify import verify as verify_recap

    chosen = day or yesterday()
    _need_published(settings)
    result = verify_recap(settings.paths.published_db, settings.paths.recaps, chosen)
    for miss in result.misses:
        click.echo(str(miss), err=True)
    if result.misses:
        raise click.ClickException(f"{chosen}: {len(result.misses)} of {result.n_checked} checks failed")
    click.echo(f"{chosen}: {result.n_checked} checks hold")


@tidemark.command()
@_with_settings
def doctor(settings: Settings) -> None:
    """Check settings, archives, disk, versions, locks and SMTP, and say how to mend what is wrong."""
    from orchestration.doctor import examine

    is_well = True
    for finding in examine(settings):
        click.echo(str(finding))
        is_well &= finding.is_well
    if not is_well:
        sys.exit(FAILED)


@tidemark.group()
def feeds() -> None:
    """What can be read."""


@feeds.command("list")
@click.option("--markdown", is_flag=True, help="As the table of docs/feeds.md.")
def feeds_list(markdown: bool) -> None:
    """One line per feed: name, dataset, how it comes, address."""
    from orchestration.feeds import page
    from orchestration.feeds.catalog import FEEDS

    if markdown:
        click.echo(page.table(FEEDS), nl=False)
        return
    for line in page.lines(FEEDS):
        click.echo(line)


@feeds.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--feed", "name", help="Feed to read it with [told by the file's path].")
@click.option("--as", "path", help="How its archive calls it, where that says symbol or day [the file's path].")
@click.option("--rows", default=10, show_default=True, help="How many of the rows that are kept to show.")
@_with_settings
def feeds_check(settings: Settings, file: Path, name: str | None, path: str | None, rows: int) -> None:
    """Say what would be done with FILE, row by row."""
    from orchestration.landing.check import check_file

    for line in check_file(settings, file, name, path, rows):
        click.echo(line)


@tidemark.command()
@click.option("--venue", "venues", required=True, help="Venues, separated by commas; `all` for all that are known.")
@click.option("--symbol", "symbols", multiple=True, help="VENUE:SYMBOL to ask for where the venue wants one by one.")
@click.option("--address", "addresses", multiple=True, help="VENUE=ADDRESS to connect to instead of the venue's own.")
@_with_settings
def record(settings: Settings, venues: str, symbols: tuple[str, ...], addresses: tuple[str, ...]) -> None:
    """Record public liquidation streams into the inbox, until SIGTERM."""
    import asyncio

    from orchestration.recorder.recording import Wanted
    from orchestration.recorder.recording import record as record_streams

    try:
        wanted = Wanted.of(venues, symbols, addresses)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    asyncio.run(record_streams(settings, wanted, _say))


@tidemark.group()
def instruments() -> None:
    """What is traded where."""


@instruments.command("refresh")
@click.option(
    "--from", "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of saved answers."
)
@click.option("--as-of", "day", type=DAY, help="UTC day of the saved answers [today].")
@click.option("--into", type=click.Path(dir_okay=False, path_type=Path), help="Seed file [the project's].")
@click.option("--dry-run", is_flag=True, help="Write nothing; show the rows that are new.")
def instruments_refresh(folder: Path | None, day: date | None, into: Path | None, dry_run: bool) -> None:
    """Merge what the venues state about their instruments into the seed."""
    from orchestration.instruments.refresh import refresh
    from orchestration.warehouse.build import PROJECT

    path = into or PROJECT / "seeds" / "instruments.csv"
    if day and not folder:
        raise click.UsageError("--as-of goes with --from")
    refreshed = refresh(path, folder, day or datetime.now(UTC).date())
    if dry_run:
        for row in refreshed.added:
            click.echo(",".join(row))
    else:
        refreshed.write(path)
    click.echo(f"{refreshed.n_new:,} new rows" + ("" if dry_run else f" in {path}"))
    for failure in refreshed.failures:
        click.echo(failure, err=True)
    if refreshed.failures:
        sys.exit(FAILED)


@tidemark.command()
@click.option("--port", type=int, default=3000, show_default=True, help="Port on 127.0.0.1.")
@_with_settings
def ui(settings: Settings, port: int) -> None:
    """Dagster's web UI and daemon on the same home."""
    from orchestration.ui import serve

    sys.exit(serve(settings, port=port))


@tidemark.command()
@click.argument("service", type=click.Choice(["code", "webserver", "daemon"]))
@click.option("--host", default="127.0.0.1", show_default=True, help="Where code and webserver listen.")
@click.option("--port", type=int, help="Port of it [code 4000, webserver 3000].")
@click.option("--code", default="127.0.0.1:4000", show_default=True, help="Where webserver and daemon find the code.")
@_with_settings
def serve(settings: Settings, service: Any, host: str, port: int | None, code: str) -> None:
    """One of Dagster's processes, for a service manager; see docs/deploy.md."""
    from orchestration.services import become

    code_host, colon, code_port = code.rpartition(":")
    if not (colon and code_port.isdecimal()):
        raise click.UsageError(f"--code {code}: is no HOST:PORT")
    become(settings, service, host, port, (code_host, int(code_port)))


@tidemark.command("exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@_with_settings
def execute(settings: Settings, command: tuple[str, ...]) -> None:
    """Run COMMAND on this home's Dagster: one of `dagster`, or a worker of a launcher; see docs/hosts.md."""
    from orchestration import services

    try:
        services.execute(settings, command)
    except FileNotFoundError:
        raise click.UsageError(f"there is no command {command[0]}") from None


def _run_days(settings: Settings, first: date, last: date, dry_run: bool, part: "Part" = "all") -> None:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    if dry_run:
        _plan(settings, days)
        return

    from orchestration.pipeline import run_days

    outcome = run_days(settings, first, last, _say, part=part, is_debug=_is_debug())
    pages = [settings.paths.recap_page(day) for day in days]
    for page in pages[-3:]:
        if page.exists():
            click.echo(page)
    if not outcome.success:
        raise click.ClickException(outcome.message)
    if part == "land":
        return
    impaired = [day for day in days if _is_impaired(settings, day)]
    if impaired:
        click.echo(f"data impaired on {', '.join(map(str, impaired))}: the recap says what is missing", err=True)
        sys.exit(IMPAIRED)


def _plan(settings: Settings, days: list[date]) -> None:
    from orchestration.landing.plan import plan_day

    planned = {file.address: file for day in days for file in plan_day(settings, day)}
    for file in planned.values():
        click.echo(file)
    new = [file for file in planned.values() if file.state == "new"]
    sized = sum(file.bytes or 0 for file in new)
    unsized = sum(file.bytes is None for file in new)
    click.echo(
        f"{len(new):,} files to fetch, {sized:,} bytes" + (f" and {unsized:,} of unknown size" if unsized else "")
    )


def _is_impaired(settings: Settings, day: date) -> bool:
    from reports.recap import is_impaired

    return is_impaired(settings.paths.recaps, day)


def _need_published(settings: Settings) -> None:
    if not settings.paths.published_db.exists():
        raise click.ClickException(
            f"nothing is published in {settings.home}: run `tidemark run` or `tidemark demo` first"
        )


def _say(line: str) -> None:
    click.echo(line, err=True)


def _is_debug() -> bool:
    return "--debug" in sys.argv


def main() -> None:
    """Entry point: one clear line per error, the traceback behind `--debug`."""
    try:
        tidemark.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(FAILED)
    except click.ClickException as error:
        from orchestration.redaction import redacted

        told = io.StringIO()
        error.show(told)
        click.echo(redacted(told.getvalue()), err=True, nl=False)
        sys.exit(error.exit_code)
    except SettingsError as error:
        click.echo(f"Settings: {error}", err=True)
        sys.exit(USAGE)
    except Exception as error:
        from orchestration.redaction import redacted

        if _is_debug():
            click.echo(redacted(traceback.format_exc()), err=True)
        click.echo(redacted(f"Error: {error or type(error).__name__}"), err=True)
        sys.exit(FAILED)
