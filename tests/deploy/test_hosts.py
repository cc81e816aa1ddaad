"""What is written for Kubernetes: held to the launcher's own rules, and to the names that the image and the settings have."""

from pathlib import Path
from typing import Any

import yaml
from dagster._config import UserConfigSchema, resolve_to_config_type, validate_config
from dagster_k8s import K8sRunLauncher

from orchestration.services import MODULE
from orchestration.workers import LandingOnWorkers

DEPLOY = Path(__file__).parents[2] / "deploy"
VALUES: dict[str, Any] = yaml.safe_load((DEPLOY / "hosts" / "values.yaml").read_text(encoding="utf-8"))
(CODE,) = VALUES["dagster-user-deployments"]["deployments"]
LAUNCHER = VALUES["runLauncher"]["config"]["customRunLauncher"]
ON_KUBERNETES = LAUNCHER["config"]["workers"]


def is_valid(schema: UserConfigSchema, config: object) -> bool:
    return bool(validate_config(resolve_to_config_type(schema), config).success)


def test_the_launchers_take_their_configuration() -> None:
    assert (LAUNCHER["module"], LAUNCHER["class"]) == (LandingOnWorkers.__module__, LandingOnWorkers.__name__)
    assert is_valid(LandingOnWorkers.config_type(), LAUNCHER["config"])
    assert (ON_KUBERNETES["module"], ON_KUBERNETES["class"]) == ("dagster_k8s", K8sRunLauncher.__name__)
    assert is_valid(K8sRunLauncher.config_type(), ON_KUBERNETES["config"])
    assert not is_valid(K8sRunLauncher.config_type(), {**ON_KUBERNETES["config"], "enviroment": []})


def test_every_part_has_the_image_whose_entry_takes_a_command_of_dagster_s() -> None:
    image = VALUES["dagsterWebserver"]["image"]
    assert VALUES["dagsterDaemon"]["image"] == CODE["image"] == image
    assert ON_KUBERNETES["config"]["job_image"] == f"{image['repository']}:{image['tag']}"
    lines = (DEPLOY / "hosts" / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert {"FROM tidemark", 'ENTRYPOINT ["tidemark", "exec"]'} < set(lines)
    assert [line for line in lines if line.startswith("USER ")][-1] == "USER tidemark"
    assert CODE["dagsterApiGrpcArgs"] == ["-m", MODULE]


def test_the_home_is_where_the_image_has_it_and_only_the_code_server_keeps_one() -> None:
    image = (DEPLOY / "container" / "Containerfile").read_text(encoding="utf-8")
    claim = yaml.safe_load((DEPLOY / "hosts" / "home.yaml").read_text(encoding="utf-8"))
    assert "TIDEMARK_HOME=/var/lib/tidemark" in image
    assert f"--uid {CODE['podSecurityContext']['runAsUser']} " in image
    assert [mount["mountPath"] for mount in CODE["volumeMounts"]] == [
        "/var/lib/tidemark",
        "/var/lib/tidemark/tidemark.toml",
    ]
    assert ON_KUBERNETES["config"]["volume_mounts"] == CODE["volumeMounts"]
    assert CODE["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    assert ON_KUBERNETES["config"]["volumes"][0] == {"name": "home", "emptyDir": {}}
    assert not CODE["includeConfigInLaunchedRuns"]["enabled"]


def test_secrets_are_named_and_not_written() -> None:
    assert CODE["envSecrets"] == [{"name": name} for name in ON_KUBERNETES["config"]["env_secrets"]]
    assert "env" not in CODE
    assert "env_vars" not in ON_KUBERNETES["config"]
