"""The journal of the office: looked through by the administrator, narrowed, saved as a file, checked (I8, I22)."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from time_machine import Traveller

from events.audit import operations as audit
from events.audit import queries
from events.audit.models import AuditEntry
from events.audit.vocabulary import Action
from events.foundation import work
from events.foundation.acting import SYSTEM
from events.foundation.db import db
from events.requests.queries import numbers
from tests.fixtures.browsing import Client, Page
from tests.fixtures.cast import Cast
from tests.fixtures.house import House
from tests.fixtures.moments import MONDAY

SignedIn = Callable[[str], Client]
JOURNAL = "/administration/journal"


def acts(page: Page) -> list[str]:
    """What was done, row by row."""
    return page.texts("td", data_label="Что сделано")


def filled(count: int) -> None:
    """So many entries about a year's calendar, by the system."""
    db.session.rollback()
    about = ("calendar_year", 2026)
    work.transaction(lambda: [audit.record(Action.EDITED, about, by=SYSTEM, now=MONDAY, day="2026-06-12") for _ in range(count)])


class TestSeen:
    def test_what_was_done_stands_there_in_words_newest_first(self, signed_in: SignedIn, house: House):
        page = signed_in("admin").get(JOURNAL)
        assert acts(page)[0].startswith("Вход в систему.")
        assert "Подана." in acts(page)
        assert "ММ-ПМЦ-" in page.text
        assert page.errors == []

    def test_a_draft_is_named_by_nothing_that_its_author_has_written(self, signed_in: SignedIn, house: House):
        """I14: another institution's draft is not there for the administrator; that one was begun is recorded."""
        page = signed_in("admin").get(JOURNAL)
        assert "черновик без номера" in page.text
        assert f"/requests/{house.draft}" not in [one.get("href") for one in page.all("a")]
        assert f"/requests/{house.submitted}" in [one.get("href") for one in page.all("a")]

    @pytest.mark.parametrize("who", ["spec_pmc", "dir_pmc", "spec_omp", "lean"])
    def test_it_is_for_the_administrator_alone(self, signed_in: SignedIn, cast: Cast, who: str):
        signed_in(who).get(JOURNAL, expect=403)
        signed_in(who).get(f"{JOURNAL}/file/anything", expect=403)

    def test_pages_follow_each_other_without_a_gap(self, signed_in: SignedIn, cast: Cast):
        filled(200)
        admin = signed_in("admin")
        page, seen = admin.get(f"{JOURNAL}?kind=calendar_year"), 0
        there = [len(acts(page))]
        while page.all("a", rel="next"):
            page = admin.get(page.one("a", rel="next").get("href", ""))
            there.append(len(acts(page)))
            seen += 1
        whole = db.session.scalars(select(AuditEntry.seq).where(AuditEntry.subject_kind == "calendar_year")).all()
        assert (sum(there), seen) == (len(whole), 4)
        back = [page]
        while back[-1].all("a", rel="prev"):
            back.append(admin.get(back[-1].one("a", rel="prev").get("href", "")))
        assert sorted(len(acts(one)) for one in back) == sorted(there)

    @pytest.mark.parametrize(
        "edge", ["before=0", "before=-5", "before=99999999999999999999", "after=2147483647", "after=х", "before=1&kind=venue"]
    )
    def test_an_edge_that_is_none_breaks_nothing(self, signed_in: SignedIn, cast: Cast, edge: str):
        page = signed_in("admin").get(f"{JOURNAL}?{edge}")
        for link in (one.get("href", "") for one in page.all("a") if one.get("rel") in ("prev", "next")):
            signed_in("admin").get(link)


class TestNarrowed:
    @pytest.mark.parametrize(
        ("asked", "there", "not_there"),
        [
            ("group=requests", "Подана.", "Вход в систему."),
            ("group=sign-in", "Вход в систему.", "Подана."),
            ("security=y", "Вход в систему.", "Подана."),
            ("kind=request", "Подана.", "Вход в систему."),
        ],
    )
    def test_by_act_and_kind(self, signed_in: SignedIn, house: House, asked: str, there: str, not_there: str):
        found = " ".join(acts(signed_in("admin").get(f"{JOURNAL}?{asked}")))
        assert there in found
        assert not_there not in found

    def test_by_the_number_of_a_request(self, signed_in: SignedIn, house: House):
        db.session.rollback()
        number = work.transaction(lambda: numbers([house.submitted]), write=False)[house.submitted]
        page = signed_in("admin").get(f"{JOURNAL}?number={number.lower()}")
        asked = select(AuditEntry.seq).where(AuditEntry.subject_kind == "request", AuditEntry.subject_id == house.submitted)
        about = db.session.scalars(asked).all()
        assert len(acts(page)) == len(about) > 1

    def test_by_person_both_what_they_did_and_what_was_done_to_them(self, signed_in: SignedIn, cast: Cast):
        signed_in("spec_pmc")
        admin = signed_in("admin")
        roles = f"/administration/people/rows/{cast.spec_pmc.id}"
        admin.submit(admin.get(roles), button="Дать роль", expect_redirect=roles, unit="omp", roles=["reviewer"])
        page = admin.get(f"{JOURNAL}?person={cast.spec_pmc.full_name.split()[0]}")
        found = " ".join(acts(page))
        assert "Вход в систему." in found
        assert "роль" in found
        assert cast.spec_pmc.full_name in page.text

    def test_by_days_of_moscow(self, signed_in: SignedIn, cast: Cast, freeze: Traveller):
        signed_in("spec_pmc")
        admin = signed_in("admin")
        freeze.move_to(MONDAY + timedelta(days=40))
        admin = signed_in("admin")
        day = (MONDAY + timedelta(days=40)).date().isoformat()
        assert len(acts(admin.get(f"{JOURNAL}?since={day}&until={day}"))) == 1
        assert acts(admin.get(f"{JOURNAL}?since={day}&until={day}&kind=request")) == []
        before = acts(admin.get(f"{JOURNAL}?security=y&until={MONDAY.date().isoformat()}"))
        assert before
        assert len(acts(admin.get(f"{JOURNAL}?security=y"))) == len(before) + 1

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ("person=Никого-Такого", "Никого с таким именем нет."),
            ("number=ММ-0000", "Заявки с таким номером нет."),
            ("since=2026-06-05&until=2026-06-01", "раньше"),
            ("since=вчера", "дат"),
            ("kind=тайна", "Выберите"),
            ("group=тайна", "Выберите"),
        ],
    )
    def test_what_cannot_be_read_is_said_at_its_field(self, signed_in: SignedIn, cast: Cast, asked: str, said: str):
        page = signed_in("admin").get(f"{JOURNAL}?{asked}")
        assert len(page.errors) == 1
        assert said in page.errors[0]

    def test_a_part_of_the_log_is_looked_through_at_a_time(self, signed_in: SignedIn, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        filled(200)
        monkeypatch.setattr(queries, "SCANNED", 60)
        admin = signed_in("admin")
        page = admin.get(f"{JOURNAL}?group=people")
        shown = 0
        while acts(page) == []:
            assert "В этой части журнала ничего нет" in page.text
            page, shown = admin.get(page.one("a", rel="next").get("href", "")), shown + 1
        assert shown >= 3


class TestSaved:
    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_what_is_found_is_saved_and_that_it_was_is_recorded(self, signed_in: SignedIn, house: House, cast: Cast, kind: str):
        admin = signed_in("admin")
        page = admin.get(f"{JOURNAL}?group=requests")
        form = next(one for one in page.forms if "/journal/file" in one.action)
        led = admin.open("POST", form.action, expect=303, expect_redirect=..., data=form.values() | {"kind": kind})
        answer = admin.open("GET", led.location, expect=200)
        if kind == "csv":
            rows = [line.split(";") for line in answer.response.data.decode("utf-8-sig").splitlines()]
        else:
            rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.response.data)).get_sheet_by_index(0).to_python()
        assert [row[3] for row in rows[1:]] == acts(page)
        assert rows[0][0] == "№"
        db.session.rollback()
        recorded = db.session.scalars(select(AuditEntry).where(AuditEntry.action == Action.JOURNAL_EXPORTED)).one()
        assert (recorded.actor_id, recorded.data["format"], "submitted" in recorded.data["acts"]) == (cast.admin.id, kind, True)
        assert "Журнал сохранён в файл." in acts(admin.get(f"{JOURNAL}?security=y"))[0]

    def test_a_file_is_for_whoever_asked_and_for_an_hour(self, signed_in: SignedIn, cast: Cast, freeze: Traveller):
        admin = signed_in("admin")
        form = next(one for one in admin.get(JOURNAL).forms if "/journal/file" in one.action)
        led = admin.open("POST", form.action, expect=303, expect_redirect=..., data=form.values())
        admin.open("GET", led.location, expect=200)
        admin.open("GET", f"{JOURNAL}/file/another", expect=404)
        freeze.move_to(MONDAY + timedelta(hours=2))
        admin.open("GET", led.location, expect=404)

    def test_i22_a_search_by_name_leaves_ids_alone_in_the_audit(self, signed_in: SignedIn, cast: Cast):
        admin = signed_in("admin")
        surname = cast.spec_pmc.full_name.split()[0]
        form = next(one for one in admin.get(f"{JOURNAL}?person={surname}").forms if "/journal/file" in one.action)
        admin.open("POST", form.action, expect=303, expect_redirect=..., data=form.values())
        recorded = db.session.scalars(select(AuditEntry).where(AuditEntry.action == Action.JOURNAL_EXPORTED)).one()
        assert recorded.data["people"] == [cast.spec_pmc.id]
        assert surname not in str(recorded.data)

    def test_nothing_is_recorded_of_what_cannot_be_asked(self, signed_in: SignedIn, cast: Cast):
        admin = signed_in("admin")
        form = next(one for one in admin.get(JOURNAL).forms if "/journal/file" in one.action)
        led = admin.open("POST", f"{form.action}?person=Никого", expect=303, expect_redirect=..., data=form.values())
        assert "Никого с таким именем нет." in admin.get(led.location).errors[0]
        assert db.session.scalars(select(AuditEntry.seq).where(AuditEntry.action == Action.JOURNAL_EXPORTED)).all() == []

    def test_a_file_says_that_there_is_more(self, signed_in: SignedIn, cast: Cast, monkeypatch: pytest.MonkeyPatch):
        filled(20)
        monkeypatch.setattr("views.administration.journal.MOST_SAVED", 10)
        admin = signed_in("admin")
        form = next(one for one in admin.get(f"{JOURNAL}?kind=calendar_year").forms if "/journal/file" in one.action)
        led = admin.open("POST", form.action, expect=303, expect_redirect=..., data=form.values() | {"kind": "csv"})
        rows = admin.get(led.location).response.data.decode("utf-8-sig").splitlines()
        assert len(rows) == 12
        assert "Здесь только последние записи, не больше 10." in rows[-1]
