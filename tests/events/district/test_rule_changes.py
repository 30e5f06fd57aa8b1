"""Two who set what a rule is at once."""

import threading
from datetime import date, timedelta

from flask import Flask

from events.district import operations, queries
from events.district.rule_periods import Period, stamp
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.foundation.errors import Conflict

KEY = "evening_after"
DAY = timedelta(days=1)


def set_from(value: str, first: date, seen: str | None = None) -> None:
    """As the page does."""

    def act() -> None:
        state = seen or stamp(queries.periods_of(KEY))
        operations.set_from(Period(KEY, value, "приказ", first), state, by=SYSTEM, now=work.now())

    work.transaction(act)


def values() -> list[tuple[object, date | None]]:
    return work.transaction(lambda: [(one.value, one.valid_from) for one in queries.periods_of(KEY)], write=False)


def test_of_two_who_change_a_rule_at_once_neither_loses_what_the_other_set(app: Flask):
    """The second waits for the first, and is told; a file that is loaded meanwhile finds what the first has set."""
    today = work.now().date()
    seen, refused = stamp(work.transaction(lambda: queries.periods_of(KEY), write=False)), list[Conflict]()
    together = threading.Barrier(2)

    def change(value: str, first: date) -> None:
        with app.app_context():
            together.wait()
            try:
                set_from(value, first, seen)
            except Conflict as conflict:
                refused.append(conflict)
            db.session.remove()

    both = [threading.Thread(target=change, args=(f"{20 + number}:00", today + number * DAY)) for number in (1, 2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(refused) == 1
    assert len(values()) == 2


def test_one_period_set_while_another_is_being_set_stays(app: Flask):
    """`set_rule` reads what is there only when nobody is changing it: else it would put its own in the place of all."""
    today, begun, done = work.now().date(), threading.Event(), list[threading.Thread]()

    def later() -> None:
        with app.app_context():
            begun.wait()
            work.transaction(lambda: operations.set_rule(KEY, "19:00", "приказ", valid_from=today + 9 * DAY, by=SYSTEM, now=work.now()))
            db.session.remove()

    def first() -> None:
        operations.set_rule(KEY, "21:00", "приказ", valid_until=today + 4 * DAY, by=SYSTEM, now=work.now())
        operations.set_rule(KEY, "20:00", "приказ", valid_from=today + 5 * DAY, valid_until=today + 8 * DAY, by=SYSTEM, now=work.now())
        begun.set()
        done[0].join(0.5)

    done.append(threading.Thread(target=later))
    done[0].start()
    work.transaction(first)
    done[0].join()
    assert [value for value, _ in values()] == ["21:00", "20:00", "19:00"]
