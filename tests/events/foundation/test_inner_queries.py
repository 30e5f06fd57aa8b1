"""Questions within questions are asked of the row at hand; the tests' stage refuses others (tests/fixtures/inner_queries.py)."""

import pytest
from flask import Flask
from sqlalchemy import exists, select
from sqlalchemy.exc import SAWarning

from events.approvals.models import Review, Round
from events.foundation.db import db
from events.people.models import User
from events.requests.models import Authorship, EventRequest


def test_an_inner_query_that_reads_the_outer_rows_anew_is_refused(app: Flask):
    own = exists().where(Authorship.request_id == Review.request_id)
    asked = select(Review.id).where(exists(select(User.id).where(own)))
    with pytest.raises(AssertionError, match="reads review anew"):
        db.session.execute(asked)
    db.session.rollback()
    asked = select(Review.id).where(exists(select(User.id).where(own.correlate_except(Authorship))))
    assert db.session.execute(asked).all() == []


def test_inner_queries_that_need_no_row_at_hand_are_none(app: Flask):
    newest = select(Round.id).where(Round.request_id == EventRequest.id).subquery()
    assert db.session.execute(select(Round.id).join(newest, newest.c.id == Round.id)).all() == []
    assert db.session.execute(select(Round.id).where(Round.id.in_(select(Round.id).correlate(None)))).all() == []


def test_tables_joined_by_nothing_are_refused(app: Flask):
    with pytest.raises(SAWarning, match="cartesian product"):
        db.session.execute(select(Review.id, User.id))
    db.session.rollback()
