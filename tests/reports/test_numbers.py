"""How numbers are written."""

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import numbers

positive = st.floats(min_value=1, max_value=9e14, allow_nan=False)
_SIZES = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "": 1.0}


def parsed(text: str) -> float:
    """Read an amount back: $2.56B -> 2.56e9."""
    found = re.fullmatch(r"\$([\d.]+)([KMBT]?)", text)
    assert found, text
    return float(found[1]) * _SIZES[found[2]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.5615e9, "$2.56B"),
        (788e6, "$788M"),
        (13.4e6, "$13.4M"),
        (999.7e6, "$1.00B"),
        (950, "$950"),
        (0, "$0"),
        (-203e9, "$203B"),
    ],
)
def test_usd_is_written_with_three_significant_digits(value: float, text: str) -> None:
    assert numbers.usd(value) == text


@pytest.mark.parametrize(("value", "text"), [(2.5615e9, "$2.6B"), (299.2e6, "$300M"), (13.4e6, "$13M"), (4e6, "$4.0M")])
def test_weak_coverage_leaves_two_significant_digits(value: float, text: str) -> None:
    assert numbers.usd(value, 2) == text


@given(positive)
def test_usd_reads_back_within_half_of_its_last_digit(value: float) -> None:
    assert parsed(numbers.usd(value)) == pytest.approx(value, rel=0.0051)


@given(positive, positive)
def test_a_larger_amount_never_reads_smaller(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert parsed(numbers.usd(low)) <= parsed(numbers.usd(high))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0714, "7.1%"), (0.94, "94%"), (0.0996, "10%"), (0.09949, "9.9%"), (-0.066, "6.6%"), (0, "0.0%")],
)
def test_percent_has_one_decimal_under_ten_and_none_above(value: float, text: str) -> None:
    assert numbers.percent(value) == text


@given(st.floats(min_value=-5, max_value=5, allow_nan=False))
def test_a_signed_percent_has_the_sign_of_its_value_unless_it_rounds_to_zero(value: float) -> None:
    text = numbers.percent_signed(value)
    assert text == "0.0%" or text[0] == ("−" if value < 0 else "+")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (84211.4, "$84,211"),
        (2202.4, "$2,202"),
        (1.74318, "$1.743"),
        (0.1153437, "$0.1153"),
        (117.253, "$117.3"),
        (0.00000812, "$0.000008120"),
    ],
)
def test_prices_lose_their_decimals_from_a_thousand_on(value: float, text: str) -> None:
    assert numbers.price(value) == text


def test_midnight_ends_a_day_at_24_00() -> None:
    assert numbers.cutoff(datetime(2026, 2, 1)) == "24:00"
    assert numbers.hour(datetime(2026, 1, 31, 23)) == "23:00–24:00"


def test_days_are_written_in_words_and_without_a_leading_zero() -> None:
    assert numbers.day(date(2026, 2, 1)) == "1 February 2026"


def test_every_unit_names_formats_that_exist() -> None:
    assert {format for formats in numbers.OF_UNIT.values() for format in formats} <= set(numbers.FORMATS)
