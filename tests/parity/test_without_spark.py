import sys
from pathlib import Path

import pytest

from orchestration.settings import Settings, Warehouse
from orchestration.warehouse.build import BuildError, build


def test_a_build_on_spark_without_the_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(BuildError, match=r"pip install 'tidemark\[spark\]'"):
        build(Settings(home=tmp_path, warehouse=Warehouse(engine="spark")), [])
