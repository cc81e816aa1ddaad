"""`[dagster]`: what it names is what Dagster gets, by that launcher's own rules, and what is wrong is one line."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from dagster import AssetKey, BackfillPolicy, DagsterInstance, DagsterRun
from dagster._core.launcher import LaunchRunContext

from orchestration import dagster_home
from orchestration.definitions import build_defs
from orchestration.run_launcher import WatchedRunLauncher
from orchestration.settings import Settings, SettingsError, load
from orchestration.workers import LandingOnWorkers

DOCS = (Path(__file__).parents[2] / "docs" / "hosts.md").read_text(encoding="utf-8")
SHARED = 'lake = "s3://desk/tidemark/lake"\n[postgres]\nhost = "db"\n'
CELERY = 'run_launcher = { module = "dagster_celery.launcher", class = "CeleryRunLauncher" }\n'


def settings_of(home: Path, dagster: str, shared: str = SHARED) -> Settings:
    (home / "tidemark.toml").write_text(f"{shared}[dagster]\n{dagster}", encoding="utf-8")
    return load(home)


def documented() -> list[str]:
    """The `[dagster]` sections of the page."""
    blocks = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    return [block for block in blocks if "dagster" in tomllib.loads(block)]


@pytest.fixture
def launcher(tmp_path: Path) -> Iterator[LandingOnWorkers]:
    """That of an instance without a database, before a launcher that only notes what it is told."""
    named = {"module": "unittest.mock", "class": "Mock"}
    overrides = {
        "run_launcher": {
            "module": "orchestration.workers",
            "class": "LandingOnWorkers",
            "config": {"workers": named},
        }
    }
    with DagsterInstance.local_temp(str(tmp_path), overrides) as instance:
        found = instance.run_launcher
        assert isinstance(found, LandingOnWorkers)
        found.__dict__["_workers"] = Mock()
        yield found


def run_of(job: str, *assets: str) -> LaunchRunContext:
    selected = frozenset(AssetKey(asset.split("/")) for asset in assets) or None
    return LaunchRunContext(DagsterRun(job_name=job, run_id="a", asset_selection=selected), None)


@pytest.mark.parametrize(
    ("run", "is_elsewhere"),
    [
        (run_of("land"), True),
        (run_of("land", "lake/caps"), True),
        (run_of("__ASSET_JOB", "dumps/binance", "lake/caps"), True),
        (run_of("__ASSET_JOB", "lake/caps", "marts/prices_daily"), False),
        (run_of("daily"), False),
        (run_of("retention"), False),
    ],
)
def test_what_ends_with_the_lake_goes_to_others_and_nothing_else(
    run: LaunchRunContext, is_elsewhere: bool, launcher: LandingOnWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Mock()
    monkeypatch.setattr(WatchedRunLauncher, "launch_run", lambda _, context: here(context))
    launcher.launch_run(run)
    called, other = (launcher._workers.launch_run, here) if is_elsewhere else (here, launcher._workers.launch_run)
    called.assert_called_once_with(run)
    other.assert_not_called()


@pytest.mark.parametrize("text", documented(), ids=lambda text: re.findall(r'class = "(\w+)"', text)[0])
def test_the_page_s_settings_are_by_the_launcher_s_own_rules(text: str, tmp_path: Path) -> None:
    (tmp_path / "tidemark.toml").write_text(SHARED + text, encoding="utf-8")
    settings = load(tmp_path)
    written = (dagster_home.prepare(settings) / "dagster.yaml").read_text(encoding="utf-8")
    assert "class: LandingOnWorkers" in written
    assert settings.dagster.run_launcher is not None


def test_the_page_has_settings_for_celery_and_docker() -> None:
    assert {re.findall(r'class = "(\w+)"', text)[0] for text in documented()} == {
        "CeleryRunLauncher",
        "DockerRunLauncher",
    }


def test_names_of_secrets_are_no_secrets(tmp_path: Path) -> None:
    named = 'config = { instance_config_map = "dagster", postgres_password_secret = "pg", env_secrets = ["keys"] }'
    text = f'run_launcher = {{ module = "dagster_k8s", class = "K8sRunLauncher", {named} }}'
    assert "K8sRunLauncher" in (dagster_home.prepare(settings_of(tmp_path, text)) / "dagster.yaml").read_text()


def test_without_settings_runs_stay_here(tmp_path: Path) -> None:
    with dagster_home.instance(load(tmp_path)) as instance:
        assert type(instance.run_launcher) is WatchedRunLauncher
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 2


def test_days_are_shared_out_among_runs(tmp_path: Path, overrides: dict[str, Any]) -> None:
    settings = settings_of(tmp_path, "days_per_run = 7\nmax_concurrent_runs = 12\n")
    graph = build_defs(settings, overrides).resolve_asset_graph()
    policies = {graph.get(key).backfill_policy for key in graph.executable_asset_keys}
    assert policies == {BackfillPolicy.multi_run(7)}
    assert "max_concurrent_runs: 12\n" in (dagster_home.prepare(settings) / "dagster.yaml").read_text()


def test_steps_are_done_as_is_asked_for(tmp_path: Path, overrides: dict[str, Any]) -> None:
    of_several = 'executor = { module = "dagster", name = "multiprocess_executor", config = { max_concurrent = 3 } }\n'
    job = build_defs(settings_of(tmp_path, of_several), overrides).resolve_job_def("daily")
    assert job.executor_def.name == "multiprocess"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('run_launcher = { module = "dagster_nomad", class = "X" }', "not installed: pip install dagster-nomad"),
        ('run_launcher = { module = "dagster_docker", class = "X" }', "there is no X in dagster_docker"),
        (CELERY.replace(" }", ", config = { brokr = 1 } }"), 'run_launcher.config: .*"brokr"'),
        (CELERY.replace(" }", ', config = { broker = "redis://:hunter2@db" } }'), "config.broker belongs in the env"),
        ('executor = { config = { password = "hunter2" } }', "config.password belongs in the env"),
        (CELERY.replace(" }", ', config = { include = ["API_KEY=hunter2"] } }'), "config.include belongs in the env"),
    ],
)
def test_a_wrong_setting_is_one_line_without_its_value(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=named) as error:
        dagster_home.prepare(settings_of(tmp_path, text))
    assert "hunter2" not in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_hosts_that_have_nothing_in_common_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^Value error, dagster.run_launcher: other hosts need \[postgres\]"):
        settings_of(tmp_path, CELERY, shared='[postgres]\nhost = "db"\n')
