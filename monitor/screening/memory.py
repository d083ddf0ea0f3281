"""What was worked out once, kept for the next listing: titles say the same words again and again."""

from __future__ import annotations

from typing import TypeVar

REMEMBERED = 200_000
Key = TypeVar("Key")
Value = TypeVar("Value")


class Memory(dict[Key, Value]):
    """Up to `REMEMBERED` answers; then all are forgotten, since each can be worked out again."""

    def keep(self, key: Key, value: Value) -> Value:
        if len(self) >= REMEMBERED:
            self.clear()
        self[key] = value
        return value
