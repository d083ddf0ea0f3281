"""The figure of `benchmarks/alerts.py`, small: a receiver that fails at random, delays, breaks off, answers 429 and 410."""

from __future__ import annotations

from benchmarks.alerts import ENDS, out_of_order, run
from tests.store.conftest import postgres, url

__all__ = ["postgres", "url"]  # fixtures: both databases


def test_no_alert_is_lost_and_none_overtakes(url: str) -> None:
    """`run` itself asserts that nothing is lost or out of order."""
    figures = run(400, 1, url)
    assert figures["sent"] + figures["dead letters"] == 400
    assert figures["dead letters"] == figures["of them on the channel that answered 410"] + figures["of them always refused"] + figures["of them after ten unlucky tries"]
    assert figures["of them on the channel that answered 410"] > 0 and figures["moods"]["410"] >= 1 and ENDS == "d"


def test_the_judge_of_order_can_say_no() -> None:
    assert out_of_order(["msg_0", "msg_1", "msg_2", "msg_3"], 10) == [] and out_of_order(["msg_0", "msg_4", "msg_2"], 10) == ["msg_2"]
