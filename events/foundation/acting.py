"""Who acts, for matters below people: a kind and a pseudonymous id, never a name (152-ФЗ; reliability.md I22)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Actor:
    """A user by id, or the system itself (a worker's tick, a command)."""

    kind: Literal["user", "system"]
    id: int | None = None


SYSTEM = Actor("system")
