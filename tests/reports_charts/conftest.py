import pytest

from reports.charts import Chart, build
from tests.reports_charts import market


@pytest.fixture(scope="session")
def charts() -> dict[str, Chart]:
    """Every chart of the event day, by id; complete data, not simulated."""
    return {chart.id: chart for chart in build(market.event_day(), market.DAY)}
