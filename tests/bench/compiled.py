"""The SQL that dbt made of the project, for whoever runs it by hand."""

import json
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from orchestration.settings import Settings
from orchestration.warehouse import build


def nodes() -> dict[str, Any]:
    """What the project has, by dbt's id."""
    found: dict[str, Any] = json.loads(build.manifest_path().read_text(encoding="utf-8"))["nodes"]
    return found


def folder(settings: Settings) -> Path:
    """Where a build of the home left the SQL that it ran."""
    return settings.paths.build / "dbt" / "compiled" / "tidemark"


def statements(settings: Settings) -> list[str]:
    """A statement for each model, after those of the models that it reads."""
    models = {id: node for id, node in nodes().items() if node["resource_type"] == "model"}
    order = TopologicalSorter({id: node["depends_on"]["nodes"] for id, node in models.items()}).static_order()
    found = [models[id] for id in order if id in models and models[id]["config"]["materialized"] != "ephemeral"]
    return [
        f"create or replace {'view' if node['config']['materialized'] == 'view' else 'table'} {node['relation_name']} as "
        + (folder(settings) / node["original_file_path"]).read_text(encoding="utf-8")
        for node in found
    ]
