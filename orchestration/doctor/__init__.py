"""`tidemark doctor`: look at everything a run needs, and say for each thing that is wrong how to mend it.

It changes nothing. `machine` looks at what a run stands on, `data` at what runs left, `partners` at what they talk to.
"""

from collections.abc import Iterator

from orchestration.doctor import data, machine, partners
from orchestration.doctor.finding import Finding
from orchestration.settings import Settings

__all__ = ["Finding", "examine"]


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything, one finding after the other."""
    for look in (*machine.LOOKS, *data.LOOKS, *partners.LOOKS):
        yield from look(settings)
