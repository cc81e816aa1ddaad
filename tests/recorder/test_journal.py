"""Files that a crash, a full disk or another recorder leaves behind: nothing that was on disk is lost, and all is read again."""

import asyncio
import errno
import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orchestration.recorder.journal import AlreadyRecorded, Journal
from tests.recorder.venue import lines_of, recorded

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
DAY = "2026-01-31.ndjson.gz"


def told(nth: int, at: datetime = NOON) -> str:
    return json.dumps({"received_at": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}", "message": {"nth": nth}}) + "\n"


def member(*nths: int) -> bytes:
    return gzip.compress("".join(map(told, nths)).encode(), mtime=0)


def write(folder: Path, *nths: int, at: datetime = NOON + timedelta(minutes=1)) -> None:
    """Open a folder as a recorder does, write some messages, and leave it."""

    async def scenario() -> None:
        journal = Journal(folder, lambda: at)
        journal.open()
        for nth in nths:
            await journal.message(json.dumps({"nth": nth}))
        await journal.flush()
        journal.close()

    asyncio.run(scenario())


def kept(path: Path) -> list[int]:
    return [line["message"]["nth"] for line in lines_of(path) if "message" in line]


@pytest.mark.parametrize("cut", [1, 5, 9, 18, 30])
def test_a_torn_tail_is_cut_at_the_last_complete_member_and_kept_beside(cut: int, tmp_path: Path) -> None:
    path = tmp_path / DAY
    whole, torn = member(1, 2) + member(3), member(4)[:-cut]
    path.write_bytes(whole + torn)
    write(tmp_path, 5)
    assert path.read_bytes().startswith(whole)
    assert kept(path)[:3] == [1, 2, 3]
    assert kept(path)[-1] == 5
    assert (tmp_path / f"{DAY}.torn-1").read_bytes() == torn


def test_whole_lines_of_a_torn_member_are_written_again(tmp_path: Path) -> None:
    path = tmp_path / DAY
    path.write_bytes(member(1) + member(2, 3)[:-8])
    write(tmp_path, 4)
    assert kept(path) == [1, 2, 3, 4]


@pytest.mark.parametrize("junk", [b"\0" * 4096, b"junk", b"\x1f\x8b\x08", b"\x1f"])
def test_what_is_no_member_is_moved_away_and_recording_goes_on(junk: bytes, tmp_path: Path) -> None:
    path = tmp_path / DAY
    path.write_bytes(member(1) + junk)
    write(tmp_path, 2)
    assert kept(path) == [1, 2]
    assert (tmp_path / f"{DAY}.torn-1").read_bytes() == junk


def test_a_whole_file_is_only_appended_to(tmp_path: Path) -> None:
    path = tmp_path / DAY
    path.write_bytes(member(1, 2))
    write(tmp_path, 3)
    assert path.read_bytes().startswith(member(1, 2))
    assert sorted(found.name for found in tmp_path.iterdir()) == [".lock", DAY]


def test_a_second_tear_does_not_overwrite_what_the_first_left(tmp_path: Path) -> None:
    path = tmp_path / DAY
    for nth in (1, 2):
        path.write_bytes((path.read_bytes() if path.exists() else member(0)) + f"torn {nth}".encode())
        write(tmp_path, nth)
    assert [(tmp_path / f"{DAY}.torn-{nth}").read_bytes() for nth in (1, 2)] == [b"torn 1", b"torn 2"]
    assert kept(path) == [0, 1, 2]


def test_an_empty_file_is_recorded_into(tmp_path: Path) -> None:
    (tmp_path / DAY).touch()
    write(tmp_path, 1)
    assert kept(tmp_path / DAY) == [1]


def test_what_ended_without_a_mark_ends_at_its_last_line(tmp_path: Path) -> None:
    (tmp_path / DAY).write_bytes(member(1))
    write(tmp_path, 2)
    found = lines_of(tmp_path / DAY)
    assert (found[1]["connection"], found[1]["received_at"]) == ("lost", found[0]["received_at"])


def test_yesterday_s_file_is_ended_too_when_the_recorder_comes_back_today(tmp_path: Path) -> None:
    (tmp_path / DAY).write_bytes(member(1))
    write(tmp_path, 2, at=NOON + timedelta(days=1))
    assert lines_of(tmp_path / DAY)[-1]["connection"] == "lost"
    assert kept(tmp_path / "2026-02-01.ndjson.gz") == [2]


def test_a_clock_before_the_last_line_of_the_day_does_not_run_backwards(tmp_path: Path) -> None:
    (tmp_path / DAY).write_bytes(member(1))
    write(tmp_path, 2, at=NOON - timedelta(hours=1))
    stamps = [line["received_at"] for line in lines_of(tmp_path / DAY)]
    assert stamps == sorted(stamps)


def test_a_folder_that_is_recorded_is_refused_to_a_second_recorder(tmp_path: Path) -> None:
    first, second = (Journal(tmp_path, lambda: NOON) for _ in range(2))
    first.open()
    with pytest.raises(AlreadyRecorded, match="another recorder"):
        second.open()
    first.close()
    second.open()
    second.close()


def test_a_full_disk_leaves_whole_members_and_the_lines_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write

    def half(file: int, data: memoryview) -> int:
        if len(data) < 20:
            raise OSError(errno.ENOSPC, "no space left")
        return real(file, data[: len(data) // 2])

    async def scenario() -> None:
        journal = Journal(tmp_path, lambda: NOON)
        journal.open()
        await journal.message('{"nth": 1}')
        await journal.flush()
        await journal.message('{"nth": 2}')
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", half)
            with pytest.raises(OSError, match="no space"):
                await journal.flush()
        assert kept(tmp_path / DAY) == [1]
        await journal.message('{"nth": 3}')
        await journal.flush()
        journal.close()

    asyncio.run(scenario())
    assert kept(tmp_path / DAY) == [1, 2, 3]


def test_a_day_of_many_members_is_read_back_whole(tmp_path: Path) -> None:
    (tmp_path / DAY).write_bytes(b"".join(member(n) for n in range(5_000)))
    write(tmp_path, 5_000)
    assert len(kept(tmp_path / DAY)) == 5_001
    assert len(recorded(tmp_path)) == 5_002
