"""A save overtaken by a colleague's: what the page has read before the lock is not what stands now (decision 007)."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import text

from events.foundation.db import db
from events.foundation.errors import Conflict
from events.requests import operations, queries
from events.requests.models import EventRequest
from events.requests.vocabulary import Section
from tests.fixtures.office import Office


@pytest.mark.engines("postgresql")
def test_after_a_conflict_the_page_reads_what_the_colleague_has_made_of_it(office: Office, a_request: Callable[..., EventRequest]) -> None:
    """On SQLite a writer waits before its first statement, and nothing is overtaken."""
    made_id = a_request().id

    def overtaken() -> str:
        by = office.by("spec_pmc")
        read = queries.working(queries.visible(made_id, by))
        assert read is not None
        content, versions = read.content(), dict(read.section_versions)
        with db.engine.begin() as connection:
            theirs = text("UPDATE revision SET title = 'Чужое', section_versions = :versions WHERE request_id = :id")
            connection.execute(theirs, {"id": made_id, "versions": json.dumps({**versions, "content": versions.get("content", 0) + 1})})
        mine = replace(content, title="Моё")
        with suppress(Conflict):
            operations.save(made_id, mine, sections=[Section.CONTENT], versions=versions, by=by, now=read.saved_at)
            raise AssertionError("the colleague was overtaken")
        found = queries.working(queries.visible(made_id, by))
        assert found is not None
        return found.title

    assert office.act(lambda _: overtaken()) == "Чужое"
