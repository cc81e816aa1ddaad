"""The way back from a printed number: the row of the mart that it stands in, the lake files behind that row, their dump files.

What belongs here: grouping facts by row and dump files by lake file. What does not: reading either of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from reports.facts.model import DumpFile, Fact


@dataclass(frozen=True, slots=True)
class LakeFile:
    """A file of the lake and the dump files whose rows it holds."""

    number: int
    path: str
    dataset: str
    venue: str
    dumps: tuple[DumpFile, ...]


@dataclass(frozen=True, slots=True)
class MartRow:
    """Facts of one row of a mart, which have the same coverage and the same files behind them."""

    model: str
    where: str
    coverage: str
    facts: tuple[Fact, ...]
    lake: tuple[LakeFile, ...]

    @property
    def is_mart(self) -> bool:
        """Whether it was read from a mart; else it was worked out from other facts."""
        return self.model.startswith("marts.")


def lake_files(day: date, dumps: Sequence[DumpFile]) -> tuple[LakeFile, ...]:
    """Return the lake files that a day's dump files went into: one per dataset and venue."""
    places = dict.fromkeys((dump.dataset, dump.venue) for dump in dumps)
    return tuple(
        LakeFile(
            number,
            f"lake/{dataset}/venue={venue}/day={day}/part.parquet",
            dataset,
            venue,
            tuple(dump for dump in dumps if (dump.dataset, dump.venue) == (dataset, venue)),
        )
        for number, (dataset, venue) in enumerate(places, start=1)
    )


def mart_rows(facts: Iterable[Fact], lake: Sequence[LakeFile]) -> list[MartRow]:
    """Group facts by the row that they were read from, in the order of their first fact."""
    of_dump = {dump.number: file for file in lake for dump in file.dumps}
    rows: dict[tuple[str, str, str, tuple[int, ...]], list[Fact]] = {}
    for fact in facts:
        rows.setdefault((fact.model, _where(fact.where), fact.coverage, fact.dump_files), []).append(fact)
    return [
        MartRow(model, where, coverage, tuple(found), tuple(dict.fromkeys(of_dump[number] for number in dumps)))
        for (model, where, coverage, dumps), found in rows.items()
    ]


def _where(row: Mapping[str, object]) -> str:
    return ", ".join(f"{column} = {value}" for column, value in row.items())
