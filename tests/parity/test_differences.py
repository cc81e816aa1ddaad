import re

from orchestration.warehouse.build import PROJECT


def test_the_docs_list_every_macro_that_has_a_form_for_spark() -> None:
    macros = "\n".join(file.read_text(encoding="utf-8") for file in sorted((PROJECT / "macros").glob("*.sql")))
    table = (PROJECT.parent / "docs" / "engines.md").read_text(encoding="utf-8").partition("## What differs")[2]
    listed = set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| ([^|]*)", table, re.MULTILINE))))
    forms = set(re.findall(r"macro spark__(\w+)", macros))
    materialized = set(re.findall(r"materialization (\w+), adapter='spark'", macros))
    assert listed == forms | materialized
