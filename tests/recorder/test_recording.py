"""What reaches the files while a venue answers, repeats itself, refuses, stalls, goes away or says nothing."""

import asyncio
import dataclasses
import json
import tracemalloc
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection

from orchestration.recorder.streams import BINANCE
from tests.recorder.venue import (
    QUICK,
    Venue,
    acknowledge,
    lines_of,
    marks,
    order,
    prices,
    receive,
    recorded,
    recording,
    serving,
    stay,
    until,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


async def two_orders(venue: Venue, socket: ServerConnection) -> None:
    await acknowledge(venue, socket)
    await socket.send(order(1, NOON))
    await socket.send(order(2, NOON))
    await stay(venue, socket)


def test_orders_are_written_as_received_between_an_open_and_a_lost_mark(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(two_orders) as venue, recording(BINANCE, tmp_path, venue):
            await until(lambda: prices(recorded(tmp_path)) == [1, 2])

    asyncio.run(scenario())
    found = recorded(tmp_path)
    assert [line.get("connection") for line in found if line.get("connection") != "alive"] == [
        "open",
        None,
        None,
        "lost",
    ]
    assert found[1]["message"] == json.loads(order(1, NOON))
    assert found[-1]["reason"] == "the recorder was stopped"


def test_a_quiet_connection_gives_signs_of_life_and_no_orders(tmp_path: Path) -> None:
    async def quiet(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        await stay(venue, socket)

    async def scenario() -> None:
        async with serving(quiet) as venue, recording(BINANCE, tmp_path, venue):
            await asyncio.sleep(1.5)
            assert venue.connections == 1

    asyncio.run(scenario())
    found = recorded(tmp_path)
    assert marks(found) == ["open", "alive", "lost"]
    assert sum(line["connection"] == "alive" for line in found) >= 4
    stamps = [datetime.fromisoformat(line["received_at"]) for line in found]
    assert max(later - earlier for earlier, later in pairwise(stamps)) < timedelta(seconds=0.7)


def test_a_dropped_connection_is_marked_and_made_again_with_a_new_subscription(tmp_path: Path) -> None:
    async def drop_once(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        await socket.send(order(venue.connections, NOON))
        if venue.connections == 1:
            socket.transport.abort()
        await stay(venue, socket)

    async def scenario() -> Venue:
        async with serving(drop_once) as venue, recording(BINANCE, tmp_path, venue):
            await until(lambda: prices(recorded(tmp_path)) == [1, 2])
            return venue

    venue = asyncio.run(scenario())
    assert [message["method"] for message in venue.received if isinstance(message, dict)] == ["SUBSCRIBE"] * 2
    assert [mark for mark in marks(recorded(tmp_path)) if mark != "alive"] == ["open", "lost", "open", "lost"]


def test_what_came_before_the_venue_closed_is_written_though_a_ping_fails(tmp_path: Path) -> None:
    """A ping that falls due on a closed connection is no reason to leave what has arrived unread."""

    async def close_behind_a_burst(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        if venue.connections == 1:
            for nth in range(60):
                await socket.send(order(nth, NOON))
            await socket.close(1001)
        await stay(venue, socket)

    async def scenario() -> None:
        pace = dataclasses.replace(QUICK, ping_s=0)
        async with serving(close_behind_a_burst) as venue, recording(BINANCE, tmp_path, venue, pace=pace):
            await until(lambda: venue.connections == 2)

    asyncio.run(scenario())
    assert prices(recorded(tmp_path)) == list(range(60))


def test_repeated_messages_are_all_kept(tmp_path: Path) -> None:
    async def repeat(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        for nth in (1, 1, 2):
            await socket.send(order(nth, NOON))
        await stay(venue, socket)

    async def scenario() -> None:
        async with serving(repeat) as venue, recording(BINANCE, tmp_path, venue):
            await until(lambda: len(prices(recorded(tmp_path))) == 3)

    asyncio.run(scenario())
    assert prices(recorded(tmp_path)) == [1, 1, 2]


def test_a_stall_is_marked_as_lost_from_the_last_sign_of_life_on(tmp_path: Path) -> None:
    async def stall_once(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        await socket.send(order(venue.connections, NOON))
        if venue.connections == 1:
            socket.transport.pause_reading()
            await asyncio.sleep(1.5)
            socket.transport.abort()
        await stay(venue, socket)

    async def scenario() -> None:
        async with serving(stall_once) as venue, recording(BINANCE, tmp_path, venue):
            await until(lambda: prices(recorded(tmp_path)) == [1, 2])

    asyncio.run(scenario())
    lost = next(line for line in recorded(tmp_path) if line.get("connection") == "lost")
    assert lost["reason"].startswith("nothing was heard for")
    at, noticed = (datetime.fromisoformat(lost[name]) for name in ("received_at", "noticed_at"))
    assert noticed - at >= timedelta(seconds=QUICK.stall_s)


def test_without_an_acknowledgement_the_time_does_not_count_as_recorded(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(stay) as venue, recording(BINANCE, tmp_path, venue):
            await until(lambda: venue.connections == 2)

    asyncio.run(scenario())
    found = recorded(tmp_path)
    assert marks(found) == ["lost"]
    assert found[0]["reason"] == "the subscription was not acknowledged"


def test_a_refusal_is_told_its_orders_kept_and_the_subscription_tried_again(tmp_path: Path) -> None:
    async def refuse(venue: Venue, socket: ServerConnection) -> None:
        await receive(venue, socket)
        await socket.send(json.dumps({"error": {"code": 2, "msg": "Invalid request"}, "id": 1}))
        await socket.send(order(venue.connections, NOON))
        await stay(venue, socket)

    async def scenario() -> None:
        async with serving(refuse) as venue, recording(BINANCE, tmp_path, venue):
            await until(lambda: venue.connections == 2)

    asyncio.run(scenario())
    found = recorded(tmp_path)
    assert marks(found) == ["lost"]
    assert found[0]["reason"] == "refused: 2 Invalid request"
    assert 1 in prices(found)


def test_a_stream_that_is_connected_but_tells_nothing_is_not_believed(tmp_path: Path) -> None:
    async def silent_twice(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        if venue.connections == 3:
            await socket.send(order(3, NOON))
        await stay(venue, socket)

    async def scenario() -> None:
        stream = dataclasses.replace(BINANCE, silent_s=0.4)
        async with serving(silent_twice) as venue, recording(stream, tmp_path, venue):
            await until(lambda: prices(recorded(tmp_path)) == [3])

    asyncio.run(scenario())
    found = recorded(tmp_path)
    told = [line.get("connection", "order") for line in found if line.get("connection") != "alive"]
    assert told[:6] == ["open", "lost", "lost", "order", "open", "lost"]
    assert "no order came" in found[told.index("lost")].get("reason", "no order came")


def test_a_venue_that_is_not_there_is_tried_again_ever_more_slowly(tmp_path: Path) -> None:
    async def scenario() -> None:
        pace = dataclasses.replace(QUICK, first_wait_s=0.1, longest_wait_s=10)
        async with recording(BINANCE, tmp_path, Venue("ws://127.0.0.1:9"), pace=pace):
            await asyncio.sleep(2)

    asyncio.run(scenario())
    found = recorded(tmp_path)
    assert {line["connection"] for line in found} == {"lost"}
    assert 3 <= len(found) <= 7


def test_a_message_after_midnight_goes_to_the_new_day_s_file(tmp_path: Path) -> None:
    instants = {"now": datetime(2026, 1, 31, 23, 59, 59, 900_000, UTC)}

    async def around_midnight(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        await socket.send(order(1, NOON))
        await until(lambda: prices(recorded(tmp_path)) == [1])
        instants["now"] = datetime(2026, 2, 1, 0, 0, 0, 1, UTC)
        await socket.send(order(2, NOON))
        await stay(venue, socket)

    async def scenario() -> None:
        async with (
            serving(around_midnight) as venue,
            recording(BINANCE, tmp_path, venue, clock=lambda: instants["now"]),
        ):
            await until(lambda: prices(recorded(tmp_path)) == [1, 2])

    asyncio.run(scenario())
    old, new = lines_of(tmp_path / "2026-01-31.ndjson.gz"), lines_of(tmp_path / "2026-02-01.ndjson.gz")
    assert (prices(old), prices(new)) == ([1], [2])
    assert new[0]["received_at"] == "2026-02-01T00:00:00.000001Z"
    assert {line["received_at"][:10] for line in old} == {"2026-01-31"}


def test_a_clock_that_is_set_back_does_not_run_backwards_in_a_file(tmp_path: Path) -> None:
    instants = {"now": NOON}

    async def set_back(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        for nth, shift in enumerate((0, 60, 30, 61), 1):
            instants["now"] = NOON + timedelta(seconds=shift)
            await socket.send(order(nth, NOON))
            await until(lambda nth=nth: len(prices(recorded(tmp_path))) == nth)
        await stay(venue, socket)

    async def scenario() -> None:
        async with serving(set_back) as venue, recording(BINANCE, tmp_path, venue, clock=lambda: instants["now"]):
            await until(lambda: len(prices(recorded(tmp_path))) == 4)

    asyncio.run(scenario())
    stamps = [line["received_at"] for line in recorded(tmp_path)]
    assert stamps == sorted(stamps)


@pytest.mark.parametrize("frame", ["pong", "", "{", "5", '"text"', "[]", "[1, 2]", "null", '{"o": 5}', '{"e": ["x"]}'])
def test_a_frame_that_is_no_order_is_no_line_and_harms_nothing(frame: str, tmp_path: Path) -> None:
    async def odd(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        await socket.send(frame)
        await socket.send(order(1, NOON))
        await stay(venue, socket)

    async def scenario() -> int:
        async with serving(odd) as venue, recording(BINANCE, tmp_path, venue):
            await until(lambda: prices(recorded(tmp_path)) == [1])
            return venue.connections

    assert asyncio.run(scenario()) == 1


def test_a_message_of_several_lines_becomes_one_line(tmp_path: Path) -> None:
    pretty = json.dumps(json.loads(order(7, NOON)), indent=2)

    async def spread(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        await socket.send(pretty)
        await stay(venue, socket)

    async def scenario() -> None:
        async with serving(spread) as venue, recording(BINANCE, tmp_path, venue):
            await until(lambda: prices(recorded(tmp_path)) == [7])

    asyncio.run(scenario())
    assert [line["message"] for line in recorded(tmp_path) if "message" in line] == [json.loads(pretty)]


def test_memory_stays_flat_under_a_burst(tmp_path: Path) -> None:
    peaks: list[Any] = []

    async def burst(venue: Venue, socket: ServerConnection) -> None:
        await acknowledge(venue, socket)
        text = order(1, NOON)
        for n in range(30_000):
            await socket.send(text)
            if n % 100 == 0:
                await asyncio.sleep(0.01)
            if n == 5_000:
                tracemalloc.reset_peak()
                peaks.append(tracemalloc.get_traced_memory()[0])
        await stay(venue, socket)

    async def scenario() -> None:
        pace = dataclasses.replace(QUICK, mark_s=1_000)
        async with asyncio.timeout(30), serving(burst) as venue, recording(BINANCE, tmp_path, venue, pace=pace):
            size = -1
            while not peaks or size != (size := sum(path.stat().st_size for path in tmp_path.glob("*.gz"))):
                await asyncio.sleep(0.3)
            peaks.append(tracemalloc.get_traced_memory()[1])

    tracemalloc.start()
    try:
        asyncio.run(scenario())
    finally:
        tracemalloc.stop()
    assert len(prices(recorded(tmp_path))) == 30_000
    assert peaks[1] - peaks[0] < 3 << 20
