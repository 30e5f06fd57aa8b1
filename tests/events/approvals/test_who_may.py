"""What a person may never do is told apart from what cannot be done now: the first asks who it is, the second how things stand."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import pytest
import time_machine

from events.approvals import operations, queries
from events.approvals.operations import NewRemark
from events.approvals.vocabulary import Act, Verdict
from events.approvals.whose import TOO_LATE
from events.foundation.errors import Conflict, NotFound, NotNow, NotYours
from events.requests import operations as requests_operations
from events.requests import queries as requests
from events.requests.models import EventRequest
from events.requests.vocabulary import Section
from presenters.phrases import say
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START

Make = Callable[..., EventRequest]
SAFETY = {"expected": 45, "age_from": 14, "minors": True, "buses": True, "venue": None}
PEOPLE = ("spec_pmc", "dir_pmc", "spec_omp", "head_omp", "head_ozpb", "zam", "admin", "lean", "spec_dm")
"""Author and head of the institution, coordinator, approvers, the deputy head, administrator, analyst, another institution."""
ACTS = (Act.TAKE_BACK, Act.WITHDRAW, Act.AMEND, Act.POSTPONE, Act.CANCEL, Act.RESTORE, Act.RESTORE_DATE, Act.STOP, Act.RETURN_NOW)
EVER = {
    Act.TAKE_BACK: {"spec_pmc", "dir_pmc"},
    Act.WITHDRAW: {"spec_pmc", "dir_pmc"},
    Act.AMEND: {"spec_pmc", "dir_pmc"},
    Act.POSTPONE: {"dir_pmc", "spec_omp"},
    Act.CANCEL: {"spec_pmc", "dir_pmc", "spec_omp"},
    Act.RESTORE: {"dir_pmc"},
    Act.RESTORE_DATE: {"dir_pmc"},
    Act.STOP: {"spec_omp"},
    Act.RETURN_NOW: {"spec_omp"},
}
"""Who may do it at some time; to everybody else it is said who may (cases.md 12, 14, 20, 34-37)."""


@pytest.fixture
def standing(a_request: Make, office: Office) -> Mapping[str, int]:
    """A request in each state, by its name."""
    made = {
        name: a_request(**SAFETY).id for name in ("draft", "in review", "returned", "in force", "being changed", "cancelled", "withdrawn")
    }
    for name, request_id in made.items():
        if name != "draft":
            office.submit(request_id)
    for name in ("in force", "being changed", "cancelled"):
        office.approve_by(made[name], "dir_pmc", "head_omp", "head_ozpb", "zam")
    office.decide(made["returned"], "dir_pmc", Verdict.RETURN)
    office.act(lambda now: operations.amend(made["being changed"], by=office.by("spec_pmc"), now=now))
    office.act(lambda now: operations.cancel(made["cancelled"], reason="Гроза.", by=office.by("spec_pmc"), now=now))
    office.act(lambda now: operations.withdraw(made["withdrawn"], reason="Ведущий заболел.", by=office.by("spec_pmc"), now=now))
    return made


def carry_out(act: Act, request_id: int, office: Office, login: str, now: datetime) -> object:
    """The office's verb, with what it asks for."""
    by, reason = office.by(login), "Так надо."
    match act:
        case Act.POSTPONE:
            return operations.postpone(request_id, occurrence_key=None, reason=reason, by=by, now=now)
        case Act.RESTORE_DATE:
            return operations.restore_date(request_id, occurrence_key="none", by=by, now=now)
        case Act.WITHDRAW | Act.CANCEL | Act.STOP:
            verb = {Act.WITHDRAW: operations.withdraw, Act.CANCEL: operations.cancel, Act.STOP: operations.stop}[act]
            return verb(request_id, reason=reason, by=by, now=now)
        case _:
            verbs = {Act.TAKE_BACK: operations.take_back, Act.AMEND: operations.amend, Act.RESTORE: operations.restore}
            return {**verbs, Act.RETURN_NOW: operations.return_now}[act](request_id, by=by, now=now)


class Undone(Exception):
    """It could be done, and is taken back again."""


def outcome(act: Act, request_id: int, office: Office, login: str) -> tuple[str, str]:
    """What comes of it, and what is said."""

    def attempt(now: datetime) -> None:
        carry_out(act, request_id, office, login, now)
        raise Undone

    try:
        office.act(attempt)
    except Undone:
        return "done", ""
    except NotFound:
        return "hidden", ""
    except NotYours as refused:
        return "not yours", say(refused.phrase)
    except NotNow as refused:
        return "not now", say(refused.phrase)
    raise AssertionError("unreachable")


def every_outcome(standing: Mapping[str, int], office: Office) -> Iterator[tuple[Act, str, str, str, str]]:
    for act in ACTS:
        for state, request_id in standing.items():
            for login in PEOPLE:
                yield act, state, login, *outcome(act, request_id, office, login)


def test_who_may_depends_on_the_person_and_never_on_the_state(standing: Mapping[str, int], office: Office):
    wrong = []
    for act, state, login, came, said in every_outcome(standing, office):
        if came == "hidden":
            assert not office.read(lambda one=standing[state], who=login: requests.may_see(office.by(who), one)), (act, state, login)
        elif (came == "not yours") != (login not in EVER[act]):
            wrong.append(f"{act.value} of one {state} by {login}: {came}")
        elif came != "done":
            assert said.endswith((".", "»")), said
    assert wrong == []


def test_to_whom_it_is_not_given_it_is_said_who_may(standing: Mapping[str, int], office: Office):
    said = {act: outcome(act, standing["in force"], office, "zam")[1] for act in ACTS}
    writers = "Это делают только автор заявок и руководитель: ПМЦ «Кировский» (демо)."
    head = "Это делает только руководитель: ПМЦ «Кировский» (демо)."
    assert said == {
        Act.TAKE_BACK: writers,
        Act.WITHDRAW: writers,
        Act.AMEND: writers,
        Act.POSTPONE: "Это делают только координатор района и руководитель: ПМЦ «Кировский» (демо).",
        Act.CANCEL: "Это делают только координатор района, автор заявок и руководитель: ПМЦ «Кировский» (демо).",
        Act.RESTORE: head,
        Act.RESTORE_DATE: head,
        Act.STOP: "Это делает только координатор района.",
        Act.RETURN_NOW: "Это делает только координатор района.",
    }


def test_what_cannot_be_done_now_says_why_and_what_to_do(standing: Mapping[str, int], office: Office):
    asked = [
        (Act.AMEND, "in review"), (Act.AMEND, "being changed"), (Act.AMEND, "withdrawn"), (Act.CANCEL, "returned"),
        (Act.CANCEL, "cancelled"), (Act.WITHDRAW, "draft"), (Act.WITHDRAW, "in force"), (Act.TAKE_BACK, "returned"),
    ]  # fmt: skip
    assert [outcome(act, standing[state], office, "dir_pmc")[1] for act, state in asked] == [
        "Заявка на согласовании и ещё не утверждена. Чтобы её изменить, заберите её на доработку; чтобы прекратить — отзовите.",
        "Это мероприятие уже меняют: изменение пишется или согласуется. Продолжите его или отзовите.",
        "Заявка закрыта: она отклонена или отозвана. Продолжить можно с её копией.",
        "Заявка возвращена автору. Исправьте её в форме и подайте или отзовите.",
        "Мероприятие отменено. Первое время его может вернуть в силу руководитель учреждения, потом можно продолжить с копией заявки.",
        "Это черновик, он ещё не подан. Изменить или удалить его можно в форме заявки.",
        "Заявка утверждена. Мероприятие можно изменить, перенести или отменить.",
        "Заявка возвращена автору. Исправьте её в форме и подайте или отзовите.",
    ]
    assert (
        outcome(Act.STOP, standing["in force"], office, "spec_omp")[1]
        == "Заявка утверждена. Мероприятие можно изменить, перенести или отменить."
    )
    assert outcome(Act.RETURN_NOW, standing["in review"], office, "spec_omp")[1] == (
        "Вернуть сейчас нельзя: никто не возвращал заявку или у остальных ещё есть время. Вместо этого можно остановить согласование."
    )
    assert outcome(Act.RESTORE, standing["in force"], office, "dir_pmc")[1] == "Мероприятие не отменено, возвращать в силу нечего."
    assert outcome(Act.RESTORE_DATE, standing["in force"], office, "dir_pmc")[1] == (
        "Вернуть в силу сейчас нельзя ни одну дату: отдельно отменённых нет, прошло слишком много времени или дата уже наступила. "
        "Новую дату укажите в изменении."
    )


def test_what_is_over_says_so(standing: Mapping[str, int], office: Office, freeze: time_machine.Traveller):
    freeze.move_to(FIRST_START + timedelta(minutes=1))
    assert outcome(Act.CANCEL, standing["in force"], office, "dir_pmc")[1] == say(TOO_LATE)
    assert outcome(Act.RESTORE, standing["cancelled"], office, "dir_pmc")[1] == (
        "Вернуть мероприятие в силу уже нельзя: прошло слишком много времени или все даты наступили. Продолжить можно с копией заявки."
    )


def test_a_review_is_for_its_unit_whatever_its_state(standing: Mapping[str, int], office: Office):
    for state in ("in review", "returned", "in force", "withdrawn"):
        review_id = office.read(lambda state=state: office.review(standing[state], "pmc").id)

        def decide(now: datetime, review_id: int = review_id) -> None:
            operations.decide(review_id, verdict=Verdict.APPROVE, version=9, revision_no=9, by=office.by("spec_omp"), now=now)

        for act in (decide, lambda now, one=review_id: operations.acknowledge(one, by=office.by("spec_omp"), now=now)):
            with pytest.raises(NotYours) as refused:
                office.act(act)
            assert "решают только его сотрудники" in say(refused.value.phrase)


def test_i1_an_author_never_decides(standing: Mapping[str, int], office: Office, cast: Cast, a_request: Make):
    made = a_request(by=cast.dir_pmc, **SAFETY)
    office.submit(made.id, "spec_pmc")
    with pytest.raises(NotYours):
        office.decide(made.id, "dir_pmc")


def test_a_decision_is_recalled_by_whom_it_was_made_and_while_its_stage_is_open(standing: Mapping[str, int], office: Office):
    request_id = standing["in review"]
    review_id = office.read(lambda: office.review(request_id, "pmc").id)

    def recall(login: str) -> Callable[[datetime], object]:
        return lambda now: operations.recall(review_id, by=office.by(login), now=now)

    with pytest.raises(NotYours):
        office.act(recall("spec_omp"))
    with pytest.raises(NotNow, match="no decision"):
        office.act(recall("dir_pmc"))
    office.decide(request_id, "dir_pmc")
    with pytest.raises(NotYours):
        office.act(recall("spec_omp"))
    with pytest.raises(NotNow, match="stage is closed"):
        office.act(recall("dir_pmc"))


def test_remarks_are_answered_by_whom_they_are_for(standing: Mapping[str, int], office: Office):
    remark_id = office.read(lambda: queries.open_remarks(standing["returned"])[0].id)

    def answer(login: str) -> Callable[[datetime], object]:
        return lambda now: operations.answer_remark(remark_id, accepted=True, text="", by=office.by(login), now=now)

    with pytest.raises(NotYours):
        office.act(answer("spec_omp"))
    with pytest.raises(NotFound):
        office.act(answer("spec_dm"))
    office.act(answer("spec_pmc"))


def test_a_draft_is_written_by_its_institution_whatever_its_state(standing: Mapping[str, int], office: Office):
    for state in ("in review", "returned", "in force", "withdrawn"):
        with pytest.raises(NotYours):
            office.edit(standing[state], "spec_omp", title="Чужое")
    for state in ("in review", "in force", "withdrawn"):
        with pytest.raises(Conflict):
            office.edit(standing[state], "spec_pmc", title="Своё")
    with pytest.raises(NotFound):
        office.edit(standing["in review"], "spec_dm", title="Чужое")


def test_what_was_submitted_is_not_thrown_away(standing: Mapping[str, int], office: Office):
    def throw_away(state: str, login: str) -> Callable[[datetime], object]:
        return lambda now: requests_operations.throw_away(standing[state], by=office.by(login), now=now)

    with pytest.raises(NotYours):
        office.act(throw_away("returned", "spec_omp"))
    with pytest.raises(NotNow, match="withdraw it instead"):
        office.act(throw_away("returned", "spec_pmc"))
    with pytest.raises(NotFound):
        office.act(throw_away("draft", "spec_omp"))


def test_only_ones_own_is_copied_and_filed_for(standing: Mapping[str, int], office: Office):
    with pytest.raises(NotYours):
        office.act(lambda now: requests_operations.copy(standing["in force"], by=office.by("spec_omp"), now=now))
    with pytest.raises(NotYours):
        office.act(
            lambda now: requests_operations.create(requests.locked(standing["draft"]).lead_unit_id, by=office.by("spec_dm"), now=now)
        )


def test_what_has_begun_is_not_decided_now(standing: Mapping[str, int], office: Office, freeze: time_machine.Traveller):
    freeze.move_to(FIRST_START + timedelta(minutes=1))
    with pytest.raises(NotNow) as refused:
        office.decide(standing["in review"], "dir_pmc", remarks=(NewRemark(Section.CONTENT, "Поздно."),))
    assert not isinstance(refused.value, Conflict)
