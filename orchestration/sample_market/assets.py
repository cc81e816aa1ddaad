"""The sample market's assets: prices, supply, trading units, open interest. Facts of one asset only, no dates' plans."""

from dataclasses import dataclass

VENUES = ("binance", "bybit", "bitmex")


@dataclass(frozen=True)
class Asset:
    """One base asset and its perpetual contracts.

    Prices are USD closes: `start_usd` of 2025-11-06, `range_usd` of 2026-01-28, `event_open_usd` of 2026-01-30; `event_drop` is the
    fraction lost from the event day's open to its low. `beta` is against BTC, `own_risk` the asset's own daily volatility.
    `open_interest_usd` is a normal day's, all venues together. `activity` scales the number of positions.
    `event_usd` and `share` are the planned liquidations: of the event day in USD, of any other day as a fraction of the total.
    """

    name: str
    start_usd: float
    range_usd: float
    event_open_usd: float
    event_drop: float
    beta: float
    own_risk: float
    supply: float
    supply_growth: float
    tick: float
    step: float
    grid_usd: float
    open_interest_usd: float
    volume_usd: float
    activity: float
    event_usd: float
    share: float

    @property
    def symbol(self) -> str:
        """The linear perpetual on Binance and Bybit."""
        return f"{self.name}USDT"

    @property
    def price_decimals(self) -> int:
        """Decimals of a price on the tick grid."""
        return decimals_of(self.tick)

    @property
    def quantity_decimals(self) -> int:
        """Decimals of a quantity on the step grid."""
        return decimals_of(self.step)


def decimals_of(step: float) -> int:
    """Decimals a step such as 0.01 has: 2; 0 for whole numbers."""
    text = f"{step:.8f}".rstrip("0")
    return len(text.split(".")[1])


# Prices and supplies: close to late January 2026. Event: ETH 1.15e9 and BTC 788e6 of the published 2.58e9, the rest spread over the
# others so that all sum to DAY_TOTALS_USD[EVENT_DAY]; drops are set so that the cap of all falls 6.9 to 7.6 %.
# fmt: off
ASSETS = (
    Asset("BTC", 101_300.0, 89_200.0, 84_211.0, 0.0680, 1.00, 0.000, 19_945_000, 2.2e-5, 0.1, 0.001, 1000, 8.4e9, 15e9, 1.00, 790e6, 0.36),
    Asset("ETH", 3_315.0, 3_010.0, 2_705.5, 0.1202, 1.35, 0.010, 121_150_000, 2.2e-5, 0.01, 0.001, 100, 6.6e9, 14e9, 1.00, 1150e6, 0.29),
    Asset("SOL", 155.0, 126.0, 117.4, 0.120, 1.35, 0.013, 555_000_000, 1.6e-4, 0.01, 0.01, 5, 1.7e9, 4.2e9, 0.55, 205e6, 0.10),
    Asset("XRP", 2.22, 1.91, 1.752, 0.092, 1.10, 0.013, 60_300_000_000, 8e-5, 0.0001, 0.1, 0.1, 1.1e9, 2.4e9, 0.45, 120e6, 0.07),
    Asset("BNB", 955.0, 895.0, 848.0, 0.076, 0.80, 0.008, 138_100_000, -3e-5, 0.01, 0.01, 25, 7.0e8, 1.1e9, 0.30, 55e6, 0.03),
    Asset("DOGE", 0.163, 0.1248, 0.1152, 0.110, 1.35, 0.014, 167_300_000_000, 9e-5, 0.00001, 1.0, 0.005, 7.0e8, 1.3e9, 0.35, 68e6, 0.045),
    Asset("ADA", 0.535, 0.356, 0.3235, 0.112, 1.30, 0.013, 35_900_000_000, 5e-5, 0.0001, 1.0, 0.02, 3.6e8, 7.0e8, 0.22, 36e6, 0.025),
    Asset("AVAX", 16.1, 11.85, 10.82, 0.115, 1.40, 0.013, 427_000_000, 8e-5, 0.001, 0.1, 0.5, 2.6e8, 5.0e8, 0.18, 25e6, 0.017),
    Asset("LINK", 14.9, 11.95, 10.88, 0.118, 1.35, 0.013, 697_000_000, 1.4e-4, 0.001, 0.01, 0.5, 3.3e8, 6.0e8, 0.20, 32e6, 0.020),
    Asset("LTC", 88.0, 68.4, 61.2, 0.094, 0.95, 0.013, 76_500_000, 5e-5, 0.01, 0.001, 5, 2.4e8, 4.5e8, 0.16, 24e6, 0.013),
    Asset("DOT", 2.58, 1.86, 1.578, 0.110, 1.35, 0.013, 1_640_000_000, 9e-5, 0.001, 0.1, 0.1, 1.7e8, 3.0e8, 0.14, 18e6, 0.010),
    Asset("SUI", 2.03, 1.43, 1.281, 0.130, 1.50, 0.014, 3_660_000_000, 4e-4, 0.0001, 0.1, 0.1, 4.0e8, 8.0e8, 0.22, 38.5e6, 0.020),
)
# fmt: on

# No contract is written for them: they carry a price of about 1 and a supply, so that totals with and without stablecoins differ.
STABLECOINS = {"USDT": 140e9, "USDC": 60e9}


def chosen(names: tuple[str, ...] | None) -> tuple[Asset, ...]:
    """The assets of these names, all for None. KeyError for a name that is not here."""
    by_name = {asset.name: asset for asset in ASSETS}
    return ASSETS if names is None else tuple(by_name[name] for name in names)
