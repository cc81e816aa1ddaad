"""In whatever order days arrive, and however often, sums and all that follows from them come out the same."""

from orchestration.settings import Settings
from tests.dbt.whole_days import small_lake as lake


def test_days_that_arrive_backwards_and_one_of_them_twice_give_the_same_figures_to_the_last_digit(
    settings: Settings, at_once: Settings
) -> None:
    expected = lake.marts(at_once)
    for number in (2, 1, 0):
        lake.land_market(settings, lake.after(number))
        lake.load(settings, lake.after(number))
    assert_same(lake.marts(settings), expected)
    lake.load(settings, lake.after(1))
    assert_same(lake.marts(settings), expected)


def test_days_that_arrive_out_of_order_give_the_same_figures_to_the_last_digit(
    settings: Settings, at_once: Settings
) -> None:
    for numbers in ((2, 0), (1,)):
        for number in numbers:
            lake.land_market(settings, lake.after(number))
        lake.load(settings, *(lake.after(number) for number in numbers))
    assert_same(lake.marts(settings), lake.marts(at_once))


def assert_same(left: dict[str, list[object]], right: dict[str, list[object]]) -> None:
    assert left.keys() == right.keys()
    for mart, rows in left.items():
        assert rows == right[mart], mart
    without_rows = {
        "unknown_instruments",
        "absent_instruments",
        "analog_days",
        "reset_signals",
        "side_guard_daily",
        "option_liquidations_daily",
    }
    # these compare with more days before than there are here
    without_rows |= {"leverage_build_ups", "relative_moves_daily"}
    assert {mart for mart in left if not left[mart]} <= without_rows
