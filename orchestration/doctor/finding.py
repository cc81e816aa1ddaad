"""What a look found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from orchestration.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` is empty where all is well."""

    subject: str
    state: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        """Nothing is to be done."""
        return not self.remedy

    def __str__(self) -> str:
        """One line."""
        return f"{'ok  ' if self.is_well else 'WRONG'} {self.subject}: {self.state}" + (
            f" -> {self.remedy}" if self.remedy else ""
        )


Look = Callable[[Settings], Iterator[Finding]]
