"""What the rows of a feed and day prove about its hours: complete, partial or missing, and why. A gap is never a zero."""

from collections.abc import Sequence
from datetime import date

import duckdb

from orchestration.feeds.contract import Coverage, Feed
from orchestration.feeds.datasets import REPEAT, VENUE, Dataset
from orchestration.landing import bulk

# Above this share of quarantined rows a file no longer stands for its whole day.
_MAX_BAD_SHARE = 0.01
# The recorder writes a line at least once a minute; a longer silence was no connection.
_MAX_SILENCE_S = 90
# What an hour may lack and still count as recorded throughout: the seconds of one reconnect.
_SLACK_S = 10


def measure(
    db: duckdb.DuckDBPyConnection, feed: Feed, dataset: Dataset, day: date, unread: Sequence[tuple[str, int]] = ()
) -> None:
    """Insert into `hours` (venue, dataset, hour, state, reason, rows_seen, rows_expected) what `judged`, `tally` and `staged` show.

    `unread` are (dump path, line) of what could not be read; line 0 is a whole file.
    """
    _create_losses(db, feed, unread)
    query = {
        Coverage.CADENCE: _cadence,
        Coverage.WHOLE_FILE: _whole_file,
        Coverage.ROWS_SEEN: _rows_seen,
        Coverage.MARKS: _marks,
        Coverage.NON_ZERO: _non_zero,
    }[feed.coverage](dataset)
    db.execute(
        f"""
        insert into hours
        with good as (select *, hour("{dataset.time}")::integer as hour from judged where reason is null),
        told as (select venue, hour, sum(good)::bigint as n from tally where good > 0 group by all),
        venues as ({_venues(feed)}),
        clock as (select venue, unnest(range(24))::integer as hour from venues),
        {query}
        select
            venue, '{dataset.name}', hour,
            case when l.files > 0 and state = 'complete' then 'partial' else state end,
            case when l.files > 0 and state = 'complete' then l.files || ' files of the day could not be read' else reason end,
            rows_seen, rows_expected
        from measured left join losses l using (venue, hour)
        """,
        {"day": day} if "$day" in query else {},
    )


def tally(db: duckdb.DuckDBPyConnection, feed: Feed, dataset: Dataset) -> None:
    """Create `tally`: rows of `judged` by venue, dump file and hour (null where a bad row has no time), and the good and bad of them.

    A repeat is neither. `kept` counts what good rows stand for: trades, where these were folded into bars.
    """
    kept = "sum(n_trades) filter (reason is null)" if feed.of_trades else "count(*) filter (reason is null)"
    db.execute(
        f"""
        create or replace temp table tally as
        select
            venue, dump_path, hour("{dataset.time}")::integer as hour,
            count(*) as n,
            count(*) filter (reason is null) as good,
            count(*) filter (reason <> '{REPEAT}') as bad,
            coalesce({kept}, 0)::bigint as kept
        from judged group by all
        """
    )


def _create_losses(db: duckdb.DuckDBPyConnection, feed: Feed, unread: Sequence[tuple[str, int]]) -> None:
    """Create `losses`: per hour and venue that a path names, how many files that hold it were not read, and how many were.

    `lost_lines` counts single lines per venue.
    """
    bulk.create(db, "unread", {"dump_path": "varchar", "line": "bigint"}, unread)
    venue = "null::varchar" if feed.rows_name_venues else feed.venue
    db.execute(
        f"""
        create or replace temp table losses as
        with own as (
            select {venue} as venue, unnest(range(from_hour, until_hour))::integer as hour, path.dump_path as dump_path
            from (select paths as path, from_hour, until_hour from paths where own_day)
        ),
        lost as (select distinct dump_path, true as is_lost from unread where line = 0)
        select
            venue,
            hour,
            count(*) filter (coalesce(is_lost, false)) as files,
            count(*) filter (not coalesce(is_lost, false)) as sound
        from own left join lost using (dump_path) group by all
        """
    )
    db.execute(
        f"""
        create or replace temp table lost_lines as
        select {venue} as venue, count(*) as n
        from (select paths as path from paths where own_day) join unread u on u.dump_path = path.dump_path and u.line > 0
        group by all
        """
    )


def _venues(feed: Feed) -> str:
    """Venues that the day's own files speak of, with or without rows; where only rows name them, those of the good rows."""
    if feed.rows_name_venues:
        return "select distinct venue from told"
    named = f"select distinct {feed.venue} as venue from (select paths as path, own_day from paths) where own_day"
    return f"select venue from ({named}) where regexp_full_match(venue, '{VENUE}')"


def _cadence(dataset: Dataset) -> str:
    at = f'"{dataset.time}"'
    has_length = "interval_s" in dataset.columns
    step = (
        "interval_s" if has_length else f"epoch({at} - lag({at}) over (partition by venue, instrument order by {at}))"
    )
    return f"""
        named as (select *, {_instrument(dataset)} as instrument from good),
        paced as (select venue, hour, instrument, {step} as step_s from named),
        counted as (select venue, hour, instrument{", step_s" if has_length else ""}, count(*) as n from paced group by all),
        instruments as (
            select venue, instrument, greatest(1, coalesce({_PACE.get(dataset.name, "mode(step_s)")}, 3600))::bigint as step_s
            from paced group by all
        ),
        expected as (select venue, sum(greatest(1, 3600 // step_s))::bigint as n from instruments group by all),
        spread as (
            select venue, n, unnest(range(hour, least(24, hour + greatest(1, i.step_s // 3600))))::integer as hour
            from counted c join instruments i using (venue, instrument)
            where {"c.step_s = i.step_s" if has_length else "true"}
        ),
        seen as (select venue, hour, sum(n)::bigint as n from spread group by all),
        measured as (
            select c.venue, c.hour,
                case when coalesce(s.n, 0) >= e.n then 'complete' when s.n > 0 then 'partial' else 'missing' end as state,
                coalesce(s.n, 0) || ' of ' || coalesce(e.n, 0) || ' rows' as reason,
                coalesce(s.n, 0) as rows_seen, e.n as rows_expected
            from clock c left join expected e using (venue) left join seen s using (venue, hour)
        )"""


def _instrument(dataset: Dataset) -> str:
    return f"coalesce({', '.join(name for name in ('symbol', 'asset') if name in dataset.columns)}, '')"


# Bars state their length and the finest counts; the pace of observations is the usual distance between two of them.
_PACE = {"candles": "min(step_s)"}


# Where only rows name venues, which file stands for which cannot be told, and none is taken as lost.
_HELD_WHERE_UNKNOWN = "(select case when count(venue) > 0 then 0 else 1 end from losses)"


def _whole_file(dataset: Dataset) -> str:
    return f"""
        files as (
            select venue, n, bad, bad > {_MAX_BAD_SHARE} * n as is_impaired
            from (
                select venue, sum(t.n)::bigint + lines as n, sum(bad)::bigint + lines as bad
                from (select t.*, coalesce(l.n, 0) as lines from tally t left join lost_lines l using (venue)) t
                group by venue, lines
            )
        ),
        one_day as (
            select coalesce(bool_or(is_of_day), false) and {dataset.has_calm_days} as may_be_empty from paths where own_day
        ),
        measured as (
            select c.venue, c.hour,
                case when coalesce(l.sound, {_HELD_WHERE_UNKNOWN}) = 0 or (f.n is null and not o.may_be_empty) then 'missing'
                     when f.is_impaired then 'partial' else 'complete' end as state,
                case when l.files > 0 and l.sound = 0 then 'the file of the day could not be read'
                     when coalesce(l.sound, {_HELD_WHERE_UNKNOWN}) = 0 then 'the file that holds the hour is not there'
                     when f.n is null and not o.may_be_empty then 'the file has no row of the day'
                     when f.is_impaired then f.bad || ' rows of the day could not be used'
                     else 'the publisher''s file of the day' end as reason,
                coalesce(s.n, 0) as rows_seen, null::bigint as rows_expected
            from clock c cross join one_day o left join told s using (venue, hour) left join files f using (venue)
                left join losses l using (venue, hour)
        )"""


def _rows_seen(dataset: Dataset) -> str:
    return """
        measured as (
            select c.venue, c.hour,
                case when s.n > 0 then 'partial' else 'missing' end as state,
                case when s.n > 0 then 'the log has rows; whether it was connected throughout is not known'
                     else 'no row in the log: a gap or calm, it cannot be told' end as reason,
                coalesce(s.n, 0) as rows_seen, null::bigint as rows_expected
            from clock c left join told s using (venue, hour)
        )"""


def _marks(dataset: Dataset) -> str:
    return f"""
        lines as (
            select received_at, connection, lead(received_at) over (order by received_at, rowid) as next_at
            from staged where isfinite(received_at)
        ),
        spans as (
            select received_at, next_at from lines
            where coalesce(connection, 'alive') <> 'lost' and epoch(next_at - received_at) <= {_MAX_SILENCE_S}
        ),
        bounds as (
            select n::integer as hour, $day::timestamp + to_hours(n) as starts, $day::timestamp + to_hours(n + 1) as ends
            from range(24) t(n)
        ),
        connected as (
            select b.hour, sum(epoch(least(s.next_at, b.ends) - greatest(s.received_at, b.starts))) as seconds
            from bounds b join spans s on s.received_at < b.ends and s.next_at > b.starts
            group by b.hour
        ),
        heard as (select c.venue, c.hour, coalesce(k.seconds, 0) as seconds from clock c left join connected k using (hour)),
        measured as (
            select h.venue, h.hour,
                case when h.seconds >= {3600 - _SLACK_S} then 'complete' when h.seconds > 0 then 'partial' else 'missing' end as state,
                'connected for ' || round(h.seconds)::integer || ' of 3600 s' as reason,
                coalesce(s.n, 0) as rows_seen, null::bigint as rows_expected
            from heard h left join told s using (venue, hour)
        )"""


def _non_zero(dataset: Dataset) -> str:
    return """
        spread as (
            select venue, asset, long_usd + short_usd as usd,
                unnest(range(hour, least(24, hour + greatest(1, interval_s // 3600))))::integer as hour
            from good
        ),
        seen as (
            select venue, hour, count(*) as n, sum(usd) as usd, count(distinct asset) as assets from spread group by all
        ),
        measured as (
            select c.venue, c.hour,
                case when s.usd > 0 then 'complete' else 'missing' end as state,
                case when s.usd > 0 then 'bars of ' || s.assets || ' assets'
                     when s.n > 0 then 'zeros only: the export writes a gap as 0' else 'no bar' end as reason,
                coalesce(s.n, 0) as rows_seen, null::bigint as rows_expected
            from clock c left join seen s using (venue, hour)
        )"""
