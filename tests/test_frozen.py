"""A value made the quick way is the value made the slow way, and as frozen."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, fields, replace
from decimal import Decimal

import pytest

from monitor.model.frozen import twin
from monitor.model.listing import Listing, Offer


def test_a_twin_becomes_the_frozen_value() -> None:
    made = twin(Listing)(title="Nike", row=3, offer=Offer(price=Decimal(1)))
    made.__class__ = Listing
    slow = Listing(title="Nike", row=3, offer=Offer(price=Decimal(1)))
    assert made == slow and type(made) is Listing and repr(made) == repr(slow) and hash(made) == hash(slow)
    assert pickle.loads(pickle.dumps(made)) == slow == replace(made)
    assert [field.name for field in fields(made)] == list(Listing.__slots__)
    with pytest.raises(FrozenInstanceError):
        made.title = "other"  # type: ignore[misc]
