"""Work done side by side: what takes long is left to itself, waited for at the end, and not begun twice."""

from __future__ import annotations

from contextvars import ContextVar
from threading import Event

from application.intake.abreast import Abreast

JOB = ContextVar("JOB", default="")


def test_what_outlasts_the_patience_goes_on_alone_and_is_begun_once() -> None:
    abreast, goes_on, done = Abreast(patience=0.0), Event(), list[str]()

    def slow() -> None:
        assert goes_on.wait(30)
        done.append("slow")

    abreast.do({"slow": slow})
    abreast.do({"slow": slow, "quick": lambda: done.append("quick")})
    goes_on.set()
    abreast.join()
    assert sorted(done) == ["quick", "slow"]


def test_each_piece_is_done_in_the_context_of_whoever_asks() -> None:
    seen = list[str]()
    JOB.set("poll-1")
    Abreast().do({"a": lambda: seen.append(JOB.get())})
    assert seen == ["poll-1"]
