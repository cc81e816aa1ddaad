import re
import struct
from collections.abc import Callable
from datetime import date
from functools import partial
from xml.etree import ElementTree

import duckdb
import pytest

from reports.charts import (
    Chart,
    _all,
    build,
    cap_change,
    heatmap,
    history,
    hourly,
    levels,
    leverage,
    market_cap,
    ranked,
)
from reports.charts.canvas import _own_ids
from reports.facts.model import EXACT
from tests.reports_charts import market

ALL = [
    "liquidations-hourly",
    "liquidations-by-asset",
    "market-cap-path",
    "cap-change-by-asset",
    "price-btc",
    "price-eth",
    "leverage-btc",
    "leverage-eth",
    "liquidations-heatmap",
    "liquidations-by-venue",
    "liquidations-by-price",
    "liquidations-history",
]


def drawn(chart: Chart | None) -> Chart:
    assert chart is not None
    return chart


def hourly_chart(db: duckdb.DuckDBPyConnection) -> Chart:
    return drawn(hourly.build(db, market.DAY))


def history_chart(db: duckdb.DuckDBPyConnection) -> Chart:
    return drawn(history.build(db, market.DAY))


def test_an_event_day_with_all_data_has_every_chart(charts: dict[str, Chart]) -> None:
    assert list(charts) == ALL


def test_an_empty_warehouse_has_no_chart() -> None:
    assert build(market.empty(), market.DAY) == []


BUILDERS: list[tuple[str, Callable[[duckdb.DuckDBPyConnection, date], Chart | None]]] = [
    ("liquidations_hourly", hourly.build),
    ("liquidations_hourly", heatmap.build),
    ("liquidations_by_asset_daily", ranked.by_asset),
    ("liquidations_by_venue_daily", ranked.by_venue),
    ("liquidations_market_daily", history.build),
    ("market_cap_path", market_cap.path),
    ("market_cap_total_daily", market_cap.path),
    ("market_cap_changes_daily", cap_change.build),
    ("leverage_daily", partial(leverage.build, asset="BTC")),
    ("prices_hourly", partial(levels.build, asset="BTC")),
]


@pytest.mark.parametrize(("mart", "builder"), BUILDERS)
def test_a_chart_whose_mart_is_empty_is_left_out(
    mart: str, builder: Callable[[duckdb.DuckDBPyConnection, date], Chart | None]
) -> None:
    db = market.event_day()
    db.execute(f"delete from marts.{mart}")
    assert builder(db, market.DAY) is None


def test_a_chart_that_is_left_out_leaves_the_others() -> None:
    db = market.event_day()
    db.execute("delete from marts.leverage_daily where asset = 'BTC'")
    assert [chart.id for chart in build(db, market.DAY)] == [name for name in ALL if name != "leverage-btc"]


def test_no_history_is_drawn_from_a_single_day() -> None:
    db = market.event_day()
    db.execute("delete from marts.liquidations_market_daily where day < ?", [market.DAY])
    assert history.build(db, market.DAY) is None


def test_the_same_data_gives_the_same_bytes(charts: dict[str, Chart]) -> None:
    for chart in build(market.event_day(), market.DAY):
        assert (chart.svg, chart.png()) == (charts[chart.id].svg, charts[chart.id].png()), chart.id
        assert chart == charts[chart.id]


def test_days_that_come_later_do_not_change_the_charts_of_a_day(charts: dict[str, Chart]) -> None:
    db = market.event_day()
    db.execute("insert into marts.liquidations_market_daily values ('2026-02-01', 9e9, 8e9, 1e9, 0.9, 3, false)")
    db.execute("insert into marts.leverage_daily values ('2026-02-01', 'BTC', 9, 8, -0.1, 9, 0.1, 0.1, 3, 3, false)")
    assert history_chart(db) == charts["liquidations-history"]
    assert leverage.build(db, market.DAY, "BTC") == charts["leverage-btc"]


def test_every_part_of_every_chart_is_valid_vega_lite() -> None:
    assert len([chart for chart in _all(market.event_day(), market.DAY, EXACT) if chart]) == len(ALL)


@pytest.mark.parametrize("name", ALL)
def test_an_svg_stands_alone_and_scales_with_its_box(charts: dict[str, Chart], name: str) -> None:
    svg = charts[name].svg
    root = ElementTree.fromstring(svg)
    assert root.get("viewBox") == f"0 0 {charts[name].width} {charts[name].height}"
    assert (root.get("width"), root.get("height")) == ("100%", None)
    assert not re.search(r"https?:|data:|@import|<image|<script|href", svg.replace("http://www.w3.org/2000/svg", ""))
    assert set(re.findall(r"url\(([^)]*)\)", svg)) <= {f"#{item.get('id')}" for item in root.iter() if item.get("id")}


@pytest.mark.parametrize("name", ALL)
def test_every_colour_of_an_svg_follows_the_scheme_of_the_page(charts: dict[str, Chart], name: str) -> None:
    svg = charts[name].svg
    outside = re.sub(r"var\(--tm-[a-z-]+, #[0-9a-f]{6}\)", "", svg)
    assert "var(--tm-ink" in svg or "var(--tm-line" in svg or "var(--tm-heat" in svg
    assert not re.search(r"#[0-9a-f]{3,8}\b|\b(white|black|gr[ae]y)\b", outside)


def test_ids_of_different_charts_never_collide_on_one_page() -> None:
    db = market.event_day()
    market.lose_hours(db, [3], list(market.VENUES))
    ids = [found for chart in build(db, market.DAY) for found in set(re.findall(r'\bid="([^"]+)"', chart.svg))]
    assert len(ids) >= 2
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", ALL)
def test_a_png_is_twice_the_size_of_its_chart_and_small_enough_to_mail(charts: dict[str, Chart], name: str) -> None:
    chart = charts[name]
    assert struct.unpack(">II", chart.png()[16:24]) == (2 * chart.width, 2 * chart.height)
    assert len(chart.png()) < 100_000


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("liquidations-hourly", ["$2.08B", "$156M", "17:00–18:00", "$486M", "22%"]),
        ("liquidations-by-asset", ["ETH with $1.15B", "BTC with $788M", "93% longs", "52%"]),
        ("market-cap-path", ["$285B", "9.7%", "11:10", "18:35"]),
        ("cap-change-by-asset", ["BTC lost $104B", "ETH lost $41.5B"]),
        ("price-btc", ["$84,211", "$78,379", "$82,000 hourly close below, 14:35", "$78,000 touched, 16:40"]),
        ("leverage-btc", ["88.2K", "down 3.2%", "minus 0.0040%"]),
        ("liquidations-by-venue", ["Binance with $1.34B", "60%"]),
        ("liquidations-by-price", ["$230M of ETH longs", "$2,594", "$2,608"]),
        ("liquidations-history", ["$2.23B were liquidated on 31 Jan 2026", "more than on any earlier day"]),
    ],
)
def test_the_alternative_text_states_the_finding_with_its_numbers(
    charts: dict[str, Chart], name: str, numbers: list[str]
) -> None:
    for number in numbers:
        assert number in charts[name].finding


@pytest.mark.parametrize("name", ALL)
def test_a_caption_names_time_zone_cut_off_source_and_coverage(charts: dict[str, Chart], name: str) -> None:
    caption = charts[name].caption
    assert "31 Jan 2026, 00:00 to 24:00 UTC" in caption
    assert "Source: Binance" in caption
    assert "Coverage: 24 of 24 hours complete" in caption


def boxes(svg: str, role: str) -> list[tuple[float, float, float, float]]:
    """Left, top, width and height of the rectangles in a role's colour (or filled with the hatching)."""
    fill = rf"url\(#[a-z-]*{role}\)" if role == "hatch" else rf"var\(--tm-{role}, [^)]*\)"
    found = re.findall(rf'd="M([-\d.]+),([-\d.]+)h([-\d.]+)v([-\d.]+)h[^"]*" fill="{fill}"', svg)
    return [tuple(map(float, numbers)) for numbers in found]


def test_longs_hang_below_zero_and_shorts_stand_above_it(charts: dict[str, Chart]) -> None:
    svg = charts["liquidations-hourly"].svg
    longs, shorts = boxes(svg, "long"), boxes(svg, "short")
    assert (len(longs), len(shorts)) == (24, 24)
    zero = longs[0][1]
    assert {round(top, 3) for _, top, _, _ in longs} == {round(zero, 3)}
    assert all(top + height == pytest.approx(zero) for _, top, _, height in shorts)


def test_a_wave_is_a_band_from_its_first_minute_to_its_last(charts: dict[str, Chart]) -> None:
    chart = charts["liquidations-hourly"]
    ((left, _, width, _),) = boxes(chart.svg, "band")
    assert (left / width, "Bands: waves" in chart.caption) == (pytest.approx(16 / 2.5), True)


def test_hours_that_nobody_covered_are_hatched_and_have_no_bar() -> None:
    db = market.event_day()
    market.lose_hours(db, [3, 4, 5], list(market.VENUES))
    chart = hourly_chart(db)
    (left, _, width, _), *others = boxes(chart.svg, "hatch")
    hour = width / 3
    assert not others
    assert left == pytest.approx(3 * hour)
    assert [bar for bar in boxes(chart.svg, "long") if left <= bar[0] < left + width] == []
    assert "were liquidated in the hours covered. Some hours are not fully covered." in chart.finding
    assert "Hatched: not covered, which is not zero." in chart.caption
    assert "21 of 24 hours complete" in chart.caption


def test_liquidations_that_are_weakly_covered_have_two_digits_in_every_picture() -> None:
    weak = {chart.id: chart for chart in build(market.event_day(), market.DAY, digits=2)}
    told = [chart for id, chart in weak.items() if id.startswith("liquidations-")]
    assert len(told) > 4
    for chart in told:
        words = chart.finding + " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", chart.svg))
        assert not re.search(r"\$\d(?:\.\d\d|\d\d?\.\d|[1-9][1-9])[KMB]", words), chart.id


def test_the_only_asset_with_liquidations_is_told_as_the_only_one() -> None:
    db = market.event_day()
    db.execute("delete from marts.liquidations_by_asset_daily where day = '2026-01-31' and asset <> 'BTC'")
    assert re.match(
        r"All of \$\d+M liquidated was in BTC, \d+% longs\.", drawn(ranked.by_asset(db, market.DAY)).finding
    )


def test_an_hour_that_one_venue_missed_is_shaded_and_keeps_its_bar() -> None:
    db = market.event_day()
    market.lose_hours(db, [20], ["bybit"])
    chart = hourly_chart(db)
    assert boxes(chart.svg, "hatch") == []
    assert len(boxes(chart.svg, "long")) == 24
    assert len(boxes(chart.svg, "grid")) == 1
    assert "at least this much" in chart.caption


def test_an_hour_without_any_coverage_row_counts_as_not_covered() -> None:
    db = market.event_day()
    db.execute("delete from marts.coverage_hourly where hour = 7")
    db.execute("delete from marts.liquidations_hourly where hour = 7")
    assert len(boxes(hourly_chart(db).svg, "hatch")) == 1


def test_days_that_were_not_loaded_are_hatched_in_the_history() -> None:
    db = market.event_day()
    db.execute("delete from marts.liquidations_market_daily where day in ('2026-01-26', '2026-01-27')")
    chart = history_chart(db)
    assert len(boxes(chart.svg, "hatch")) == 1
    assert "days not loaded, which is not zero" in chart.caption


def test_a_day_that_is_not_the_largest_is_not_called_so() -> None:
    db = market.event_day()
    db.execute("update marts.liquidations_market_daily set total_usd = 9e9 where day = '2026-01-28'")
    assert "not more than on the largest earlier day loaded" in history_chart(db).finding


def test_simulated_data_says_so_in_picture_and_caption(charts: dict[str, Chart]) -> None:
    simulated = build(market.event_day(simulated=True), market.DAY)
    assert all(chart.simulated and chart.caption.startswith("Simulated data.") for chart in simulated)
    assert all("SIMULATED DATA" in chart.svg for chart in simulated)
    assert not any("imulated" in chart.caption + chart.svg.lower() for chart in charts.values())


def test_the_sum_of_two_assets_is_not_called_the_market() -> None:
    db = market.event_day()
    db.execute("update marts.market_cap_changes_daily set in_index = asset in ('BTC', 'ETH')")
    db.execute("update marts.market_cap_total_daily set n_assets = 2")
    chart = drawn(market_cap.path(db, market.DAY))
    assert chart.title == "BTC + ETH market cap over the day"
    assert chart.finding.startswith("BTC + ETH market cap fell by")


def test_the_ends_of_the_fall_are_drawn_at_their_minute_and_not_at_the_path_s_nearest_point() -> None:
    db = market.event_day()
    db.execute("update marts.market_cap_total_daily set drawdown_peak_at = drawdown_peak_at + interval 2 minutes")
    chart = drawn(market_cap.path(db, market.DAY))
    assert ", 11:12" in chart.svg
    assert ", 11:10" not in chart.svg


def test_a_missing_day_of_leverage_breaks_the_line_instead_of_bridging_it() -> None:
    db = market.event_day()
    db.execute("delete from marts.leverage_daily where day in ('2026-01-28', '2026-01-29')")
    chart = drawn(leverage.build(db, market.DAY, "BTC"))
    lines = re.findall(r'd="(M[^"]*)" stroke="var\(--tm-line,', chart.svg)
    assert len(lines) == 1
    assert lines[0].count("M") == 2


def test_an_svg_file_carries_the_colours_of_both_schemes(charts: dict[str, Chart]) -> None:
    file = charts["price-btc"].svg_file()
    ElementTree.fromstring(file)
    assert "prefers-color-scheme:dark" in file


def test_ids_that_vega_hands_out_are_made_the_chart_s_own() -> None:
    svg = '<svg><clipPath id="clip0"/><g clip-path="url(#clip0)"/></svg>'
    assert _own_ids("one", svg) == '<svg><clipPath id="one-clip0"/><g clip-path="url(#one-clip0)"/></svg>'
