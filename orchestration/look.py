"""The look that the settings ask for and the user's events, set once per process, before anything is told."""

from pathlib import Path

from orchestration.settings import Settings, SettingsError

EVENTS = "events.toml"


def dress(settings: Settings) -> None:
    """Let recaps have the house's templates, colours and events; raises SettingsError where these cannot be used."""
    templates, colours, events = settings.report.templates, settings.report.theme, settings.home / EVENTS
    if events.exists():
        _tell_of(events)
    if not (templates or colours):
        return
    from reports import house

    try:
        house.use(templates and settings.home / templates, colours and settings.home / colours)
    except house.HouseError as error:
        raise SettingsError(f"report: {error}") from None


def _tell_of(file: Path) -> None:
    from reports import events

    try:
        events.use(file)
    except events.EventsError as error:
        raise SettingsError(str(error)) from None
