"""The look that the settings ask for, put on once per process, before anything is rendered."""

from orchestration.settings import Settings, SettingsError


def dress(settings: Settings) -> None:
    """Let recaps have the house's templates and colours; raises SettingsError where these cannot be used."""
    templates, colours = settings.report.templates, settings.report.theme
    if not (templates or colours):
        return
    from reports import house

    try:
        house.use(templates and settings.home / templates, colours and settings.home / colours)
    except house.HouseError as error:
        raise SettingsError(f"report: {error}") from None
