"""People as the administrator keeps them: invited, given roles, dismissed, read in from a list (I15, I22)."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from events.approvals import queries as approvals
from events.audit.models import AuditEntry
from events.foundation import work
from events.foundation.db import db
from events.outbox.models import Message
from events.people import operations as people
from events.people import queries
from events.people.models import LoginSession, User
from events.people.vocabulary import Role
from events.requests.models import Authorship, Revision
from tests.fixtures.browsing import Client, Page
from tests.fixtures.cast import Cast
from tests.fixtures.house import House
from tests.views.test_directories import counts, load, table

SignedIn = Callable[[str], Client]
PEOPLE = "/administration/people/"


def account(email: str) -> User:
    db.session.rollback()
    return db.session.scalars(select(User).where(User.email == email)).one()


def invite(admin: Client, email: str = "new@pmc.example", *, expect: int = 200, **typed: object) -> Page:
    fields = {
        "email": email,
        "full_name": "Рябинина Вера Олеговна",
        "position": "методист",
        "unit": "pmc",
        "roles": ["author", "reviewer"],
        **typed,
    }
    leads = {} if expect != 200 else {"expect_redirect": ...}
    return admin.submit(admin.get(f"{PEOPLE}new"), button="Пригласить", expect=expect, **leads, **fields)


class TestInvited:
    def test_an_invitation_is_an_account_with_roles_and_a_letter(self, signed_in: SignedIn, cast: Cast):
        page = invite(signed_in("admin"))
        person = account("new@pmc.example")
        assert [(one.unit_id, one.role) for one in person.memberships] == [
            (cast.unit("pmc").id, Role.AUTHOR),
            (cast.unit("pmc").id, Role.REVIEWER),
        ]
        letters = db.session.scalars(select(Message).where(Message.recipient_id == person.id)).all()
        assert [one.kind for one in letters] == ["invitation"]
        assert "Приглашение отправлено." in page.text

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ({"email": "не адрес"}, "Проверьте адрес"),
            ({"email": "spec_pmc@demo.example"}, "Учётная запись с этим адресом уже есть"),
            ({"full_name": ""}, "Укажите фамилию, имя и отчество."),
            ({"unit": ""}, "Выберите подразделение."),
            ({"roles": []}, "Выберите хотя бы одну роль."),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, signed_in: SignedIn, typed: dict[str, object], said: str):
        page = invite(signed_in("admin"), expect=422, **typed)
        assert any(said in one for one in page.errors), page.errors
        if "full_name" not in typed:
            assert page.one("input", name="full_name").get("value") == "Рябинина Вера Олеговна"


class TestRoles:
    def test_a_role_is_given_and_taken_and_the_sign_ins_end(self, signed_in: SignedIn, cast: Cast):
        admin, theirs = signed_in("admin"), signed_in("spec_pmc")
        address = f"{PEOPLE}rows/{cast.spec_pmc.id}"
        admin.submit(admin.get(address), button="Дать роль", expect_redirect=address, unit="omp", roles=["reviewer"])
        assert (cast.unit("omp").id, Role.REVIEWER) in account("spec_pmc@demo.example").held
        theirs.get("/desk", expect_redirect=...)
        page = admin.get(address)
        taken = next(one for one in page.forms if one.action.endswith("/roles/end") and one.values()["unit_id"] == str(cast.unit("omp").id))
        admin.open("POST", taken.action, expect=303, expect_redirect=address, data=taken.values())
        assert (cast.unit("omp").id, Role.REVIEWER) not in account("spec_pmc@demo.example").held
        assert "Снята роль" in admin.get(address).text

    def test_the_last_administrator_stays(self, signed_in: SignedIn, cast: Cast):
        admin = signed_in("admin")
        address = f"{PEOPLE}rows/{cast.admin.id}"
        page = admin.submit(admin.get(f"{address}/dismiss"), button="Уволить", expect=422)
        assert "последний администратор" in page.text
        page = admin.get(address)
        role = next(one for one in page.forms if one.action.endswith("/roles/end") and one.values()["role"] == "admin")
        assert "последний администратор" in admin.open("POST", role.action, expect=422, data=role.values()).text
        assert account("admin@demo.example").held == cast.admin.held


class TestDismissed:
    """I15."""

    def test_i15_of_a_dismissed_person_no_session_and_no_link_lives(self, signed_in: SignedIn, cast: Cast):
        admin, theirs = signed_in("admin"), signed_in("spec_pmc")
        theirs.get("/desk")
        link = account("spec_pmc@demo.example").fs_uniquifier
        address = f"{PEOPLE}rows/{cast.spec_pmc.id}"
        page = admin.submit(admin.get(f"{address}/dismiss"), button="Уволить", expect_redirect=address)
        assert "Учётная запись закрыта" in page.text
        theirs.get("/desk", expect_redirect=...)
        person = account("spec_pmc@demo.example")
        assert not person.active
        assert person.fs_uniquifier != link
        alive = select(LoginSession).where(LoginSession.user_id == person.id, LoginSession.ended_at.is_(None))
        assert db.session.scalars(alive).all() == []
        admin.submit(page, button="Открыть учётную запись снова", expect_redirect=address)
        assert account("spec_pmc@demo.example").active

    def test_whoever_goes_on_decides_what_waited_for_the_head(self, signed_in: SignedIn, cast: Cast, house: House):
        admin, deputy = signed_in("admin"), cast.spec_dm
        page = admin.get(f"{PEOPLE}rows/{cast.dir_pmc.id}/dismiss")
        assert "1 согласование, которое больше никто не решит" in page.text
        signed_in("spec_dm").get(f"/reviews/{house.review}", expect=404)
        page = admin.submit(page, button="Уволить", expect_redirect=..., successor=str(deputy.id))
        assert "Дела переданы: Берёзкина" in page.text
        successor = signed_in("spec_dm")
        successor.submit(successor.get(f"/reviews/{house.review}"), button="Согласовать", expect_redirect=...)
        assert work.transaction(lambda: approvals.waiting_for_alone(queries.user(deputy.id)), write=False) == 0

    def test_drafts_go_over_but_not_what_the_successor_decides(self, signed_in: SignedIn, cast: Cast, house: House):
        admin = signed_in("admin")
        page = admin.get(f"{PEOPLE}rows/{cast.spec_pmc.id}/dismiss")
        for said in ("1 черновик", "1 заявка на согласовании", "1 утверждённое мероприятие", "где ответственным указан этот человек"):
            assert said in page.text.replace("\xa0", " ")
        admin.submit(page, button="Уволить", expect_redirect=..., successor=str(cast.dir_pmc.id))
        db.session.rollback()
        draft = db.session.scalars(select(Revision).where(Revision.request_id == house.draft)).one()
        assert (draft.responsible_id, draft.responsible_phone) == (cast.dir_pmc.id, "")
        hands = set(db.session.scalars(select(Authorship.request_id).where(Authorship.user_id == cast.dir_pmc.id)))
        assert house.draft in hands
        assert house.submitted not in hands
        head = signed_in("dir_pmc")
        assert f"/requests/{house.draft}/edit" in [one.get("href") for one in head.get("/desk").all("a")]
        head.submit(head.get(f"/reviews/{house.review}"), button="Согласовать", expect_redirect=...)

    @pytest.mark.parametrize("who", ["themselves", "dismissed"])
    def test_nobody_goes_on_who_is_not_there(self, signed_in: SignedIn, cast: Cast, who: str):
        admin, leaving = signed_in("admin"), cast.spec_pmc
        other = leaving if who == "themselves" else cast.spec_dm
        page = admin.get(f"{PEOPLE}rows/{leaving.id}/dismiss")
        if who == "dismissed":
            work.transaction(lambda: people.dismiss(queries.user(other.id), by=cast.admin.actor, now=work.now()))
        page = admin.submit(page, button="Уволить", expect=422, extra={"successor": str(other.id)})
        assert "Выберите" in " ".join(page.errors)
        assert account("spec_pmc@demo.example").active

    def test_of_two_administrators_the_second_is_told(self, signed_in: SignedIn, cast: Cast):
        first, second = signed_in("admin"), signed_in("admin")
        address = f"{PEOPLE}rows/{cast.spec_pmc.id}"
        pages = [one.get(address) for one in (first, second)]
        first.submit(pages[0], button="Сохранить", expect_redirect=address, position="заведующая")
        late = second.submit(pages[1], button="Сохранить", expect=409, position="методист")
        assert "заведующая" in late.text
        assert account("spec_pmc@demo.example").position == "заведующая"


class TestLoaded:
    def test_a_staff_list_is_read_in(self, signed_in: SignedIn, cast: Cast):
        admin = signed_in("admin")
        rows = [["Фамилия, имя, отчество", "Электронная почта", "Должность", "Роли"]]
        rows += [
            [f"Сотрудник Номер {n}", f"person{n}@pmc.example", "методист", "pmc: автор заявок; omp: рассматривает заявки"]
            for n in range(38)
        ]
        rows += [["Без Адреса", "", "методист", "pmc: автор заявок"], ["Без Отдела", "x@pmc.example", "", "нет: автор заявок"]]
        page = load(admin, table(rows, encoding="cp1251"), at=PEOPLE)
        assert counts(page) == ["2", "38", "0", "0"], page.texts("p", class_="field-error")[:4]
        page = admin.submit(page, button="Проверить ещё раз", expect_redirect=..., **{"cell-38-email": "y@pmc.example", "leave-39": True})
        admin.submit(page, button="Загрузить 39 строк", expect_redirect=PEOPLE)
        person = account("person7@pmc.example")
        assert set(person.held) == {(cast.unit("pmc").id, Role.AUTHOR), (cast.unit("omp").id, Role.REVIEWER)}
        assert len(db.session.scalars(select(Message).where(Message.kind == "invitation")).all()) == 39

    def test_a_list_cannot_lock_every_administrator_out(self, signed_in: SignedIn):
        admin = signed_in("admin")
        page = load(admin, table([["email", "active"], ["admin@demo.example", "нет"]]), at=PEOPLE)
        page = admin.submit(page, button="Загрузить 1 строку", expect=422)
        assert "последний администратор" in page.text
        assert account("admin@demo.example").active


def test_i22_the_audit_keeps_no_name_and_no_address_of_a_person(signed_in: SignedIn, cast: Cast):
    admin = signed_in("admin")
    invite(admin)
    address = f"{PEOPLE}rows/{account('new@pmc.example').id}"
    admin.submit(
        admin.get(address), button="Сохранить", expect_redirect=..., full_name="Калинина Вера Олеговна", email="kalinina@pmc.example"
    )
    load(admin, table([["email", "full_name", "roles"], ["third@pmc.example", "Ольхов Пётр", "pmc: author"]]), at=PEOPLE)
    db.session.rollback()
    kept = " ".join(str(one.data) for one in db.session.scalars(select(AuditEntry)))
    for word in ("Рябинина", "Калинина", "Ольхов", "example", "методист"):
        assert word not in kept


def test_no_address_of_a_person_stands_in_an_address_of_a_page(signed_in: SignedIn):
    page = signed_in("admin").get(PEOPLE)
    assert not [one for one in page.links.values() if "example" in one]
