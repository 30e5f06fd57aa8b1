"""Directories as their administrator keeps them: the list, a row and its history, files out and in."""

import csv
import io
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from xlsxwriter import Workbook

from events.approvals import queries as approvals
from events.audit.models import AuditEntry
from events.district.models import EventType, LoadedFile
from events.foundation import work
from events.foundation.db import db
from events.foundation.place import at_local, local_day
from events.people.models import Unit
from events.requests.models import EventRequest
from events.venues import queries as venues
from presenters.tables.directories import DIRECTORIES
from presenters.tabular import read_table
from tests.fixtures.browsing import Client, Page
from tests.fixtures.cast import Cast
from tests.fixtures.house import House

SignedIn = Callable[[str], Client]
TYPES = "/administration/event-types/"


def stored(code: str) -> EventType:
    db.session.rollback()
    row = db.session.get(EventType, code)
    assert row is not None
    return row


def rows_of(page: Page) -> list[str]:
    return page.texts("th", scope="row")


def sheet(rows: list[list[Any]]) -> bytes:
    """A workbook as an office makes it: numbers as numbers."""
    written = io.BytesIO()
    with Workbook(written, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return written.getvalue()


def table(rows: list[list[Any]], *, encoding: str = "utf-8-sig", delimiter: str = ";") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def load(client: Client, content: bytes, name: str = "types.csv", at: str = TYPES) -> Page:
    """Choose the file and look at what it would do."""
    choosing = client.get(f"{at}load")
    form = choosing.form("Посмотреть, что изменится")
    sent = client.open("POST", f"{at}load", expect=None, expect_redirect=..., data=form.fill({"file": (io.BytesIO(content), name)}))
    return client.follow(sent) if sent.location else sent


def counts(page: Page) -> list[str]:
    """With mistakes, added, changed, as they are."""
    return page.texts("dd")


class TestList:
    """The rows asked for."""

    def test_every_directory_has_its_list(self, signed_in: SignedIn, cast: Cast):
        admin = signed_in("admin")
        page = admin.get("/administration/")
        for key in DIRECTORIES:
            address = f"/administration/{key}/"
            assert address in page.links.values()
            assert admin.get(address).h1

    def test_rows_are_found_as_people_write(self, signed_in: SignedIn):
        admin = signed_in("admin")
        assert rows_of(admin.get(f"{TYPES}?text=КОНЦЕРТ")) == ["Концерт"]
        assert "Ничего не найдено" in admin.get(f"{TYPES}?text=нетакого").text

    def test_columns_sort_both_ways(self, signed_in: SignedIn):
        admin = signed_in("admin")
        names = rows_of(admin.get(f"{TYPES}?sort=name"))
        assert names == sorted(names)
        assert len(names) > 5
        assert rows_of(admin.get(f"{TYPES}?sort=name&backwards=y")) == names[::-1]

    def test_unknown_words_in_the_address_are_no_fault(self, signed_in: SignedIn):
        signed_in("admin").get(f"{TYPES}?sort=nothing&page=999&backwards=1")


class TestRow:
    """One row."""

    def test_a_new_row_is_stored_and_its_history_says_who(self, signed_in: SignedIn):
        admin = signed_in("admin")
        page = admin.submit(
            admin.get(f"{TYPES}new"), button="Сохранить", code="slam", name="Слэм", position="7", expect_redirect=f"{TYPES}rows/slam"
        )
        assert (stored("slam").name, stored("slam").position, stored("slam").active) == ("Слэм", 7, True)
        assert "Добавлено." in page.text
        assert "Название: Слэм" in page.text

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"code": "", "name": "Слэм"}, "Напишите код."),
            ({"code": "два слова", "name": "Слэм"}, "Код — от 1 до 40 латинских букв"),
            ({"code": "concert", "name": "Слэм"}, "Строка с таким кодом уже есть."),
            ({"code": "slam", "name": ""}, "Напишите название."),
            ({"code": "slam", "name": "Слэм", "position": "много"}, "Укажите целое число от 0 до 10"),
        ],
    )
    def test_what_cannot_be_stored_is_said_at_its_field_and_nothing_typed_is_lost(
        self, signed_in: SignedIn, typed: dict[str, str], said: str
    ):
        admin = signed_in("admin")
        page = admin.submit(admin.get(f"{TYPES}new"), button="Сохранить", expect=422, **typed)
        assert any(said in one for one in page.errors)
        assert page.one("input", name="name").get("value") == typed["name"]

    def test_a_row_out_of_use_is_no_longer_offered_and_keeps_its_name(self, signed_in: SignedIn):
        admin = signed_in("admin")
        admin.submit(admin.get(f"{TYPES}rows/concert"), button="Сохранить", active=None, expect_redirect=f"{TYPES}rows/concert")
        assert not stored("concert").active
        assert "Концерт" not in rows_of(admin.get(TYPES))
        assert "Концерт не действует" in rows_of(admin.get(f"{TYPES}?unused=y"))

    def test_what_is_out_of_use_is_offered_only_where_it_stands(self, signed_in: SignedIn, a_request: Callable[..., EventRequest]):
        mine, other = (a_request(direction="leisure", event_type="concert").id, a_request(direction="sport_zozh", event_type="quiz").id)
        admin, author = signed_in("admin"), signed_in("spec_pmc")
        for address in (f"{TYPES}rows/concert", "/administration/directions/rows/leisure"):
            admin.submit(admin.get(address), button="Сохранить", active=None, expect_redirect=...)
        for request_id, offered in ((mine, True), (other, False)):
            page = author.get(f"/requests/{request_id}/edit")
            for name, value in (("direction", "leisure"), ("event_type", "concert")):
                assert bool([one for one in page.one("select", name=name).findall("option") if one.get("value") == value]) is offered

    def test_a_reason_out_of_use_is_not_offered_to_reviewers(self, signed_in: SignedIn, house: House):
        admin, head = signed_in("admin"), signed_in("dir_pmc")
        reasons = [one.get("value") for one in head.get(f"/reviews/{house.review}").one("select", name="reason_code").findall("option")]
        address = f"/administration/reason-codes/rows/{reasons[-1]}"
        admin.submit(admin.get(address), button="Сохранить", active=None, expect_redirect=...)
        left = [one.get("value") for one in head.get(f"/reviews/{house.review}").one("select", name="reason_code").findall("option")]
        assert left == reasons[:-1]

    def test_of_two_administrators_the_second_sees_what_the_first_has_written(self, signed_in: SignedIn):
        first, second = signed_in("admin"), signed_in("admin")
        pages = [one.get(f"{TYPES}rows/concert") for one in (first, second)]
        first.submit(pages[0], button="Сохранить", name="Большой концерт", expect_redirect=f"{TYPES}rows/concert")
        late = second.submit(pages[1], button="Сохранить", name="Концерт и танцы", expect=409)
        assert stored("concert").name == "Большой концерт"
        assert "сейчас сохранено: Большой концерт, здесь: Концерт и танцы" in late.text
        assert late.one("input", name="name").get("value") == "Концерт и танцы"
        second.submit(late, button="Сохранить", expect_redirect=f"{TYPES}rows/concert")
        assert stored("concert").name == "Концерт и танцы"

    def test_a_row_that_is_not_there_is_not_found(self, signed_in: SignedIn):
        signed_in("admin").get(f"{TYPES}rows/nothing", expect=404)

    def test_a_change_says_what_it_was(self, signed_in: SignedIn):
        admin = signed_in("admin")
        before = stored("concert").name
        page = admin.submit(admin.get(f"{TYPES}rows/concert"), button="Сохранить", name="Большой концерт", expect_redirect=...)
        assert f"Название: {before} → Большой концерт" in page.text

    def test_saving_what_is_there_records_nothing(self, signed_in: SignedIn):
        admin = signed_in("admin")
        admin.submit(admin.get(f"{TYPES}rows/concert"), button="Сохранить", expect_redirect=f"{TYPES}rows/concert")
        db.session.rollback()
        assert db.session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "event_type")).all() == []


class TestFiles:
    """Out and in."""

    @pytest.mark.parametrize("key", sorted(DIRECTORIES))
    @pytest.mark.parametrize("kind", ["xlsx", "csv"])
    def test_what_is_saved_reads_back_unchanged(self, signed_in: SignedIn, key: str, kind: str):
        admin = signed_in("admin")
        if key == "claim-roles":
            page = admin.get("/administration/claim-roles/new")
            admin.submit(page, code="a", value="authors-pmc", unit_id="pmc", role="author", expect_redirect=...)
        saved = admin.get(f"/administration/{key}/file/{kind}").response.data
        page = load(admin, saved, f"{key}.{kind}", f"/administration/{key}/")
        wrong, added, changed, same = counts(page)
        assert (wrong, added, changed) == ("0", "0", "0")
        assert int(same) == len(read_table(saved)) - 1
        assert "Файл ничего не меняет" in page.text

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
    @pytest.mark.parametrize("delimiter", [";", ",", "\t"])
    def test_tables_are_read_as_offices_save_them(self, signed_in: SignedIn, encoding: str, delimiter: str):
        rows = [["Код", "Название", "Действует"], ["slam", "Слэм; поэзия, проза", "да"], ["concert", "Концерт", "нет"]]
        page = load(signed_in("admin"), table(rows, encoding=encoding, delimiter=delimiter))
        assert counts(page)[:3] == ["0", "1", "1"]
        assert "Слэм; поэзия, проза" in page.text

    def test_a_workbook_is_read_with_its_numbers(self, signed_in: SignedIn):
        admin = signed_in("admin")
        page = load(admin, sheet([["code", "name", "position", "in use"], ["slam", "Слэм", 7, True]]), "types.xlsx")
        admin.submit(page, button="Загрузить 1 строку", expect_redirect=TYPES)
        assert (stored("slam").position, stored("slam").active) == (7, True)

    def test_wrong_rows_are_mended_on_the_page_and_nothing_is_loaded_before(self, signed_in: SignedIn):
        admin = signed_in("admin")
        good = [[f"type{number}", f"Тип {number}", str(number)] for number in range(195)]
        bad = [["bad one", "Первый", "1"], ["bad2", "", "2"], ["bad3", "Третий", "три"], ["type7", "Седьмой", "4"], ["", "Пятый", "5"]]
        page = load(admin, table([["Код", "Название", "Место в списке"], *good, *bad]))
        assert counts(page) == ["5", "195", "0", "0"]
        db.session.rollback()
        assert db.session.get(EventType, "type1") is None
        mended = {"cell-195-code": "bad1", "cell-196-name": "Второй", "cell-197-position": "3", "leave-198": True, "cell-199-code": "bad5"}
        page = admin.submit(page, button="Проверить ещё раз", expect_redirect=..., **mended)
        assert counts(page) == ["0", "199", "0", "0"]
        admin.submit(page, button="Загрузить 199 строк", expect_redirect=TYPES)
        assert stored("bad5").name == "Пятый"
        assert stored("type7").name == "Тип 7"
        db.session.rollback()
        assert db.session.scalars(select(LoadedFile)).all() == []

    def test_a_page_of_a_file_that_was_mended_meanwhile_changes_nothing(self, signed_in: SignedIn):
        """Rows are known by their places: one left out in another window would move the others."""
        admin = signed_in("admin")
        page = load(admin, table([["code", "name"], ["", "Первый"], ["", "Второй"]]))
        other = admin.get(page.path)
        admin.submit(page, button="Проверить ещё раз", expect_redirect=..., **{"leave-0": True})
        late = admin.submit(other, button="Проверить ещё раз", expect=422, **{"cell-0-code": "first"})
        assert "изменён в другом окне" in late.text
        assert late.one("input", name="cell-0-name").get("value") == "Второй"
        assert late.one("input", name="cell-0-code").get("value") == ""

    def test_a_file_is_its_readers_own(self, signed_in: SignedIn):
        admin = signed_in("admin")
        page = load(admin, table([["code", "name"], ["slam", "Слэм"]]))
        token = page.path.rsplit("/", 1)[1]
        other = signed_in("spec_omp")
        other.get(f"{TYPES}load/{token}", expect=403)

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "В файле ничего нет"),
            (b"\x00\x01\x02\xff", "Файл не удаётся прочитать"),
            (b"PK\x03\x04broken", "Файл не удаётся прочитать"),
            ("Название\nСлэм".encode(), "В первой строке должны стоять названия столбцов"),
            (b"code;Code;name\na;b;c", "Столбец «Код» стоит дважды"),
            (b"code;name\n", "нет ни одной строки"),
            (b"code;name\n" + b"a;b\n" * 5001, "Файл слишком велик"),
        ],
    )
    def test_what_is_no_table_is_said_at_the_file(self, signed_in: SignedIn, content: bytes, said: str):
        page = load(signed_in("admin"), content)
        assert any(said in one for one in page.errors)

    def test_what_a_spreadsheet_would_run_is_text(self, signed_in: SignedIn):
        admin = signed_in("admin")
        admin.submit(admin.get(f"{TYPES}rows/concert"), button="Сохранить", name="=1+1", name_en="'quoted", expect_redirect=...)
        saved = admin.get(f"{TYPES}file/csv").response.data.decode("utf-8-sig")
        assert ";'=1+1;''quoted;" in saved
        assert counts(load(admin, saved.encode()))[2] == "0"

    def test_what_changed_meanwhile_is_looked_at_again(self, signed_in: SignedIn):
        admin = signed_in("admin")
        page = load(admin, table([["code", "name", "name_en"], ["concert", "Новое", "New"]]))
        work.transaction(lambda: db.session.delete(db.session.get(EventType, "concert")))
        admin.submit(page, button="Загрузить 1 строку", expect_redirect=TYPES)
        assert stored("concert").name == "Новое"  # it is added now


def test_only_an_administrator_keeps_directories(signed_in: SignedIn):
    for login in ("spec_omp", "dir_pmc", "head_ozpb"):
        signed_in(login).get(TYPES, expect=403)


class TestUnits:
    """Units stand above one another, have hours, and are waited for."""

    UNITS = "/administration/units/"

    def test_a_file_may_name_units_that_are_in_it(self, signed_in: SignedIn):
        admin = signed_in("admin")
        rows = [
            ["Код", "Краткое название", "Полное название", "Код в номерах", "Вид", "Подчиняется", "Часы работы"],
            ["club", "Клуб", "Клуб «Компас»", "КЛБ", "учреждение", "house", "вт-сб 12:00-21:00; праздники"],
            ["house", "Дом", "Дом молодёжи «Рассвет»", "ДМР", "Учреждение", "", "пн-чт 9:00-13:00, 13:48-18:00; пт 9:00-17:00"],
        ]
        page = load(admin, table(rows), at=self.UNITS)
        assert counts(page) == ["0", "2", "0", "0"]
        admin.submit(page, button="Загрузить 2 строки", expect_redirect=self.UNITS)
        db.session.rollback()
        club, house = (db.session.scalars(select(Unit).where(Unit.key == key)).one() for key in ("club", "house"))
        assert club.parent_id == house.id
        assert club.office_hours == {"weekdays": {str(day): [["12:00", "21:00"]] for day in range(1, 6)}, "open_on_holidays": True}
        shown = admin.get(f"{self.UNITS}rows/house").one("input", name="office_hours").get("value")
        assert shown == "пн-чт 09:00-13:00, 13:48-18:00; пт 09:00-17:00"

    @pytest.mark.parametrize(
        "hours", ["пн 9", "пн 18:00-9:00", "пн-вт 9:00-12:00; вт 9:00-12:00", "каждый день", "пн 9:00-12:00, 11:00-13:00", "праздники"]
    )
    def test_hours_that_are_none_are_refused_at_their_field(self, signed_in: SignedIn, hours: str):
        admin = signed_in("admin")
        page = admin.submit(admin.get(f"{self.UNITS}rows/pmc"), button="Сохранить", expect=422, office_hours=hours)
        assert any("Напишите часы так" in one for one in page.errors)
        assert page.one("input", name="office_hours").get("value") == hours

    def test_no_unit_stands_above_itself(self, signed_in: SignedIn, cast: Cast):
        admin = signed_in("admin")
        above = cast.unit("pmc").parent_id or cast.unit("pmc").curator_id
        top = work.transaction(lambda: db.session.get(Unit, above).key, write=False)  # type: ignore[union-attr]
        page = admin.submit(admin.get(f"{self.UNITS}rows/pmc"), button="Сохранить", expect=422, parent_id="pmc")
        assert any("над самим собой" in one for one in page.errors)
        name = "parent_id" if cast.unit("pmc").parent_id else "curator_id"
        page = admin.submit(admin.get(f"{self.UNITS}rows/{top}"), button="Сохранить", expect=422, **{name: "pmc"})
        assert any("над самим собой" in one for one in page.errors)

    def test_a_circle_in_a_file_is_found(self, signed_in: SignedIn):
        heads = ["Код", "Краткое название", "Полное название", "Код в номерах", "Вид", "Подчиняется"]
        rows = [heads, *([code, code, code, f"X-{code}", "отдел", other] for code, other in (("aa", "bb"), ("bb", "cc"), ("cc", "aa")))]
        assert counts(load(signed_in("admin"), table(rows), at=self.UNITS))[0] == "3"

    def test_units_are_chosen_by_their_names(self, signed_in: SignedIn):
        page = signed_in("admin").get(f"{self.UNITS}rows/pmc")
        chosen = [one.text for one in page.one("select", name="curator_id").findall("option") if one.get("selected") is not None]
        assert chosen == ["Отдел молодёжной политики"]
        assert "Добавлено." in page.text

    def test_units_stand_as_a_tree_until_they_are_sorted(self, signed_in: SignedIn):
        admin = signed_in("admin")
        page = admin.get(f"{self.UNITS}?text=администраци")
        heads = {"".join(one.itertext()).strip(): one.get("class") for one in page.all("th", scope="row")}
        assert (heads["Администрация района"], heads["Глава администрации"]) == (None, "depth-1")
        assert [one.get("class") for one in admin.get(f"{self.UNITS}?sort=short_name").all("th", class_="depth-1")] == []

    def test_what_was_decided_before_a_renaming_keeps_the_former_name(
        self, signed_in: SignedIn, house: House, freeze: time_machine.Traveller
    ):
        """The initiator of a request handed in yesterday is named as it was; a request of tomorrow has the new name."""
        handed_in = local_day(work.now())
        freeze.move_to(work.now() + timedelta(days=1))
        admin, at = signed_in("admin"), f"{self.UNITS}rows/pmc"
        former = f"{handed_in:%d.%m.%Y} Старый центр / Старый молодёжный центр"
        admin.submit(admin.get(at), button="Сохранить", short_name="Новый центр", former_names=former, expect_redirect=at)
        page = signed_in("spec_pmc").get(f"/requests/{house.submitted}/sheet")
        assert "Инициатор: Старый молодёжный центр" in page.text
        assert "Новый центр" in admin.get(self.UNITS).text
        page = admin.submit(admin.get(at), button="Сохранить", former_names="31.12.2098 Центр / Центр", expect=422)
        assert any("укажите день раньше сегодняшнего" in one for one in page.errors)
        page = load(admin, table([["key", "former_names"], ["pmc", "Центр до 2020 года"]]), at=self.UNITS)
        assert "Напишите последний день, краткое и полное название так" in page.text
        saved = admin.get(f"{self.UNITS}file/csv").response.data
        assert counts(load(admin, saved, at=self.UNITS))[:3] == ["0", "0", "0"]

    def test_a_unit_that_is_waited_for_stays_in_use(self, signed_in: SignedIn, house: House):
        admin = signed_in("admin")
        page = admin.submit(admin.get(f"{self.UNITS}rows/pmc"), button="Сохранить", expect=422, active=None)
        assert any("ждёт 1 согласование" in one for one in page.errors)
        assert "ждёт 1 согласование" in load(admin, table([["key", "active"], ["pmc", "нет"]]), at=self.UNITS).text

    def test_changed_hours_move_the_deadlines_of_open_turns(self, signed_in: SignedIn, house: House):
        """As a changed day of the calendar does, within the worker's next tick (case 26)."""
        admin = signed_in("admin")
        admin.submit(admin.get(f"{self.UNITS}rows/pmc"), button="Сохранить", office_hours="ср 10:00-11:00", expect_redirect=...)
        waiting = work.transaction(lambda: approvals.rounds_counted_otherwise(10), write=False)
        assert house.submitted in waiting


class TestVenues:
    """Places."""

    VENUES = "/administration/venues/"

    def test_a_venue_is_made_and_offered(self, signed_in: SignedIn):
        admin = signed_in("admin")
        typed = {
            "key": "yard",
            "name": "Двор «Новый»",
            "address": "ул. Зайцева, 3",
            "owner_id": "pmc",
            "kind": "outdoor",
            "capacity": "120",
        }
        typed |= {"accessibility": ["ramp", "help"], "accessibility_note": "пандус со двора", "lat": "59,87", "lon": "30.26"}
        typed |= {"opening_hours": "пн-пт 10:00-21:00; праздники", "closures": "09.05.2027 парад\n1.7.2027 - 31.07.2027 ремонт;"}
        typed |= {"buffer_before": "15", "buffer_after": "30", "exclusive": None, "at_once": "3", "safety_passport_until": "2028-09-30"}
        admin.submit(
            admin.get("/administration/venues/new"), button="Сохранить", expect_redirect="/administration/venues/rows/yard", **typed
        )
        venue = work.transaction(lambda: next(one for one in venues.venues() if one.key == "yard"), write=False)
        assert (venue.accessibility, venue.ways_in) == (["ramp", "help"], "пандус, помощь сотрудника, пандус со двора")
        assert (venue.lat, venue.exclusive, venue.at_once, venue.buffer_before, venue.buffer_after) == (59.87, False, 3, 15, 30)
        assert (venue.opening_hours or {})["open_on_holidays"] is True
        assert venue.closures == [
            {"first": "2027-05-09", "last": "2027-05-09", "reason": "парад"},
            {"first": "2027-07-01", "last": "2027-07-31", "reason": "ремонт"},
        ]
        page = admin.get("/administration/venues/rows/yard")
        assert page.one("textarea", name="closures").text == "09.05.2027 парад\n01.07.2027–31.07.2027 ремонт"

    WRONG = (
        ("closures", "31.07.2027–01.07.2027 ремонт", "Напишите дни и причину так"),
        ("closures", "01.07.2027", "Напишите дни и причину так"),
        ("opening_hours", "пн 21:00-10:00", "Напишите часы так"),
        ("at_once", "3", "Площадка принимает одно мероприятие за раз"),
        ("buffer_after", "2000", "Укажите целое число от 0 до 1"),
        ("lat", "", "Укажите широту и долготу вместе"),
        ("safety_passport_until", "30 февраля", "Укажите дату"),
    )

    @pytest.mark.parametrize(("name", "typed", "said"), WRONG)
    def test_what_cannot_be_is_said_alike_by_page_and_import(self, signed_in: SignedIn, name: str, typed: str, said: str):
        admin = signed_in("admin")
        page = load(admin, table([["key", name], ["v01", typed]]), at=self.VENUES)
        assert counts(page)[0] == "1"
        assert said in page.text
        if name != "safety_passport_until":  # browsers let nobody type that
            page = admin.submit(admin.get(f"{self.VENUES}rows/v01"), button="Сохранить", expect=422, **{name: typed})
            assert any(said in one for one in page.errors)

    def test_a_closure_that_is_over_stays(self, signed_in: SignedIn, cast: Cast, freeze: time_machine.Traveller):
        admin = signed_in("admin")
        at = f"{self.VENUES}rows/v01"
        admin.submit(admin.get(at), button="Сохранить", closures="01.07.2026–31.07.2026 ремонт", expect_redirect=at)
        freeze.move_to(at_local(date(2026, 8, 1), time(9)))
        admin = signed_in("admin")
        page = admin.submit(admin.get(at), button="Сохранить", closures="09.05.2027 парад", expect=422)
        assert "Прошедшее закрытие остаётся как было: «01.07.2026–31.07.2026 ремонт»." in page.errors
        admin.submit(admin.get(at), button="Сохранить", closures="01.07.2026–31.07.2026 ремонт\n09.05.2027 парад", expect_redirect=at)

    @pytest.mark.parametrize(("lat", "said"), [("95", "Укажите число от -90 до 90"), ("север", "Укажите число от -90 до 90")])
    def test_a_place_outside_the_earth_is_refused(self, signed_in: SignedIn, lat: str, said: str):
        admin = signed_in("admin")
        key = work.transaction(lambda: venues.venues()[0].key, write=False)
        page = admin.submit(admin.get(f"/administration/venues/rows/{key}"), button="Сохранить", expect=422, lat=lat)
        assert any(said in one for one in page.errors)
