"""The registry's arrays are the same, however many names are worked on at a time."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model.registry import Brand
from monitor.screening import arrays
from monitor.screening.arrays import Arrays
from monitor.screening.names import spellings
from tests.screening.registries import NAMES, registries


@settings(max_examples=60)
@given(registries() | st.just([Brand(brand_id=f"k{at}", name=name) for at, name in enumerate(NAMES)]), st.integers(1, 5))
def test_some_names_at_a_time(brands: list[Brand], chunk: int) -> None:
    names = spellings(brands)
    whole = Arrays.build(names)
    with patch.object(arrays, "CHUNK", chunk):
        again = Arrays.build(names)
    assert [(name, column.tolist()) for name, column in again.columns()] == [(name, column.tolist()) for name, column in whole.columns()]
