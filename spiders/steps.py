"""What a table of columns cannot say: small functions that a dialect names in `steps`.

A step is made once per file and takes the values of one row under our names, which it changes in place; `+name`
are the columns that the dialect asked for under [extra].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Values = dict[str, str]
Step = Callable[[Values], None]

STEPS: Mapping[str, Callable[[], Step]] = {}
