"""What `[dagster]` names: imported, and held to the options that it has."""

from importlib import import_module
from typing import Any

from dagster._config import resolve_to_config_type, validate_config

from orchestration.settings import Executor, RunLauncher, SettingsError


def checked(setting: str, plugin: RunLauncher | Executor) -> Any:
    """The object that a setting names. Raises SettingsError, also where its options are not those that it has."""
    found = _imported(setting, plugin)
    schema = found.config_type() if isinstance(plugin, RunLauncher) else found.config_schema.config_type
    result = validate_config(resolve_to_config_type(schema), plugin.config)
    if not result.success:
        raise SettingsError("; ".join(f"{setting}.config: {error.message}" for error in result.errors or ()))
    return found


def _imported(setting: str, plugin: RunLauncher | Executor) -> Any:
    try:
        return getattr(import_module(plugin.module), plugin.name)
    except ModuleNotFoundError as missing:
        package = str(missing.name).partition(".")[0].replace("_", "-")
        raise SettingsError(f"{setting}: {missing.name} is not installed: pip install {package}") from None
    except AttributeError:
        raise SettingsError(f"{setting}: there is no {plugin.name} in {plugin.module}") from None
