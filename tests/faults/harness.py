"""The faults, what each is tried on, and what must hold: nothing half seen, and the next run as good as an undisturbed one."""

import json
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import stamina

from orchestration.sample_market import write
from orchestration.settings import Settings, yesterday
from orchestration.warehouse import build
from tests.faults import night as at
from tests.faults.archive import MISBEHAVIOURS, Archive
from tests.faults.outcome import Outcome, outcome

DAY = yesterday()
BEFORE = DAY - timedelta(days=1)
ASSETS = ("BTC", "ETH")
SHARES = {
    "killed at a step": 34,
    "killed at an instant": 20,
    "disk full from a step on": 13,
    "archive misbehaves": 13,
    "dump damaged in the archive": 5,
    "fetched dump damaged": 4,
    "lake file cut": 4,
    "lake file gone": 3,
    "two runs at once": 3,
    "midnight passes": 1,
}


@dataclass(frozen=True)
class Trial:
    """One fault, with a number that decides where it strikes."""

    kind: str
    number: int
    of: int


@dataclass(frozen=True)
class Bench:
    """Where trials start from: a home before the night and one after it, undisturbed, what is in them, and how long it takes."""

    root: Path
    before: Outcome
    after: Outcome
    n_steps: int
    seconds: float

    def home(self, trial: Trial) -> Settings:
        """A fresh copy of the home, and of the archive, that one trial may spoil.

        What strikes after the night shares the archive that its dumps came from: from another they would be fetched anew.
        """
        place = self.root / "trials" / f"{trial.kind}-{trial.number}".replace(" ", "-")
        if trial.kind in _AFTERWARDS:
            shutil.copytree(self.root / "after" / "home", place / "home")
            return settings(place, str(self.root / "after" / "archive"))
        shutil.copytree(self.root / "home", place / "home")
        shutil.copytree(self.root / "archive", place / "archive")
        return settings(place)


def settings(place: Path, archive: str | None = None) -> Settings:
    """A home below `place`, of little ambition."""
    return Settings(
        home=place / "home", archive=archive or str(place / "archive"), assets=ASSETS, threads=1, first_day=BEFORE
    )


def main(n_faults: int, n_workers: int) -> int:
    """Do the faults, print what became of them, and return an exit code."""
    stamina.set_testing(True, attempts=3, cap=True)
    build.parse()
    with tempfile.TemporaryDirectory(prefix="tidemark-faults-") as folder:
        bench = prepare(Path(folder))
        print(f"an undisturbed night: {bench.seconds:.1f} s, {bench.n_steps} changes of files")
        trials = list(_trials(n_faults))
        lost = _all(bench, trials, n_workers)
    for kind, n in Counter(trial.kind for trial in trials).items():
        print(f"  {kind:<30} tried {n:>4}  survived {n - sum(name.startswith(kind) for name in lost):>4}")
    for name, why in lost.items():
        print(f"  LOST {name}: {why}")
    print(f"faults tried {len(trials)}, survived {len(trials) - len(lost)}, lost {len(lost)}")
    return 1 if lost else 0


def prepare(root: Path) -> Bench:
    """Simulate two days, tell the first, and tell the second in a copy: that this is always the same, each trial shows."""
    _undisturbed(lambda: write(root / "archive", first_day=BEFORE, last_day=DAY, assets=ASSETS, workers=1))
    _undisturbed(partial(at.night, settings(root), BEFORE))
    after, tally = root / "after", root / "steps"
    for part in ("home", "archive"):
        shutil.copytree(root / part, after / part)
    began = time.monotonic()
    _undisturbed(partial(at.night, settings(after), DAY), at.count_steps(tally))
    seconds = time.monotonic() - began
    return Bench(root, outcome(settings(root)), outcome(settings(after)), int(tally.read_text()), seconds)


def survive(bench: Bench, trial: Trial) -> str:
    """Do the fault, then run the day undisturbed; what was lost, or nothing."""
    home = bench.home(trial)
    try:
        recovered = _FAULTS[trial.kind](bench, home, trial)
        if half := outcome(home).is_made_of(bench.before, bench.after) if trial.kind in _VISIBLE else []:
            return f"seen half done: {', '.join(half)}"
        _undisturbed(partial(at.night, recovered or home, DAY))
        if wrong := outcome(home).differs_from(bench.after):
            return f"differs after the next run: {', '.join(wrong)}"
        return ""
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    finally:
        shutil.rmtree(home.home.parent, ignore_errors=True)


def _killed_at_step(bench: Bench, home: Settings, trial: Trial) -> None:
    _disturbed(home, at.kill_at(_place(trial, bench.n_steps)))


def _disk_full(bench: Bench, home: Settings, trial: Trial) -> None:
    _disturbed(home, at.full_disk_at(_place(trial, bench.n_steps)))


def _killed_at_instant(bench: Bench, home: Settings, trial: Trial) -> None:
    child = at.start(partial(at.night, home, DAY))
    at.end(child, kill_after=bench.seconds * (trial.number + random.Random(trial.number).random()) / trial.of)


def _archive_misbehaves(bench: Bench, home: Settings, trial: Trial) -> Settings:
    served = Archive(home.home.parent / "archive", home.home.parent / "plan.json")
    reached = settings(home.home.parent, served.address)
    served.misbehave(
        MISBEHAVIOURS[trial.number % len(MISBEHAVIOURS)], ("binance", "tardis")[trial.number // len(MISBEHAVIOURS) % 2]
    )
    try:
        _disturbed(reached)
    finally:
        served.stop()
    return home


def _dump_damaged(bench: Bench, home: Settings, trial: Trial) -> None:
    file = _some(
        sorted((home.home.parent / "archive").rglob(f"*{DAY}*.zip")) + _tardis(home.home.parent / "archive"), trial
    )
    whole = file.read_bytes()
    _flip(file, trial)
    _disturbed(home)
    file.write_bytes(whole)


def _fetched_dump_damaged(bench: Bench, home: Settings, trial: Trial) -> None:
    _flip(_some(sorted(home.paths.dumps.rglob(f"*{DAY}*.zip")) + _tardis(home.paths.dumps), trial), trial)


def _lake_file_cut(bench: Bench, home: Settings, trial: Trial) -> None:
    file = _some(sorted(home.paths.lake.rglob(f"day={DAY}/*.parquet")), trial)
    os.truncate(file, file.stat().st_size // 2)


def _lake_file_gone(bench: Bench, home: Settings, trial: Trial) -> None:
    _some(sorted(home.paths.lake.rglob(f"day={DAY}/*.parquet")), trial).unlink()


def _two_runs(bench: Bench, home: Settings, trial: Trial) -> None:
    first = at.start(partial(at.night, home, DAY))
    time.sleep(bench.seconds * trial.number / trial.of)
    second = at.start(partial(at.night, home, DAY))
    for child in (first, second):
        if at.end(child).code:
            raise RuntimeError("one of two runs of the same day failed")


def _midnight(bench: Bench, home: Settings, trial: Trial) -> None:
    from orchestration.landing import archive

    def fault() -> None:
        asked = [0]

        def moving() -> object:
            asked[0] += 1
            return DAY + timedelta(days=asked[0] > trial.number)

        archive.yesterday = moving  # type: ignore[assignment]

    _disturbed(home, fault)


_FAULTS: dict[str, Callable[[Bench, Settings, Trial], Settings | None]] = {
    "killed at a step": _killed_at_step,
    "killed at an instant": _killed_at_instant,
    "disk full from a step on": _disk_full,
    "archive misbehaves": _archive_misbehaves,
    "dump damaged in the archive": _dump_damaged,
    "fetched dump damaged": _fetched_dump_damaged,
    "lake file cut": _lake_file_cut,
    "lake file gone": _lake_file_gone,
    "two runs at once": _two_runs,
    "midnight passes": _midnight,
}
_AFTERWARDS = {"fetched dump damaged", "lake file cut", "lake file gone"}
"""These strike what an undisturbed night left behind."""

_VISIBLE = {"killed at a step", "killed at an instant", "disk full from a step on", "two runs at once"}
"""After these everything that is visible must be of the day before or of the undisturbed night."""


def _trials(n_faults: int) -> Iterator[Trial]:
    for kind, share in SHARES.items():
        n = max(1, round(n_faults * share / sum(SHARES.values())))
        yield from (Trial(kind, number, n) for number in range(n))


def _all(bench: Bench, trials: Sequence[Trial], n_workers: int) -> dict[str, str]:
    """Trials side by side, in forked workers that write what was lost as lines; returns it by trial."""
    parts = [bench.root / f"lost-{worker}.jsonl" for worker in range(n_workers)]
    workers = [
        at.start(partial(_some_trials, bench, trials[k::n_workers], part), log=part.with_suffix(".log"))
        for k, part in enumerate(parts)
    ]
    codes = [at.end(worker).code for worker in workers]
    done = [json.loads(line) for part in parts if part.exists() for line in part.read_text().splitlines()]
    if any(codes) or len(done) < len(trials):
        raise RuntimeError("a worker died: " + "".join(part.with_suffix(".log").read_text()[-2000:] for part in parts))
    return {f"{line['trial']['kind']} {line['trial']['number']}": line["lost"] for line in done if line["lost"]}


def _some_trials(bench: Bench, trials: Sequence[Trial], part: Path) -> None:
    with part.open("w") as lines:
        for trial in trials:
            lines.write(json.dumps({"trial": asdict(trial), "lost": survive(bench, trial)}) + "\n")
            lines.flush()


def _undisturbed(work: Callable[[], object], fault: at.Fault | None = None) -> None:
    log = Path(tempfile.mkstemp(prefix="tidemark-night-")[1])
    ended = at.end(at.start(lambda: work() and None, fault or (lambda: None), log))
    said = log.read_text()
    log.unlink()
    if ended.code:
        raise RuntimeError(f"an undisturbed run ended with {ended.code}: {said[-600:]}")


def _disturbed(home: Settings, fault: at.Fault = lambda: None) -> None:
    at.end(at.start(partial(at.night, home, DAY), fault))


def _place(trial: Trial, n_steps: int) -> int:
    return at.spread(trial.of, n_steps, trial.of)[min(trial.number, len(at.spread(trial.of, n_steps, trial.of)) - 1)]


def _some(files: Sequence[Path], trial: Trial) -> Path:
    return files[random.Random(trial.number).randrange(len(files))]


def _tardis(root: Path) -> list[Path]:
    return sorted(root.rglob(f"{DAY:%Y/%m/%d}/*.gz"))


def _flip(file: Path, trial: Trial) -> None:
    body = bytearray(file.read_bytes())
    body[random.Random(-trial.number).randrange(len(body))] ^= 0xFF
    file.write_bytes(body)
