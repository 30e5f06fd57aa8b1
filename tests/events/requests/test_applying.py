"""Answers that no longer apply: what each one hangs on, and that nothing of the house knows of it any more."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from events.approvals import operations as approvals
from events.approvals import planning
from events.foundation import work
from events.foundation.link import LONGEST_LINK, is_link
from events.people.queries import Offices
from events.requests import operations, queries
from events.requests.applying import applied, applies, for_a_copy, left_out
from events.requests.fields import FIELDS, Content
from events.requests.models import EventRequest, Revision
from events.requests.vocabulary import Format, PriceType, Registration
from events.venues import queries as venues
from presenters import content as shown
from presenters.main_facts import place
from tests.fixtures.cast import Cast
from tests.fixtures.office import Office
from tests.fixtures.publishing import amend, publication
from tests.fixtures.requests import an_occurrence, whole_content

Make = Callable[..., EventRequest]

LINK = "https://video.example/quiz"
NET = "v15"
"""The district's place on the net."""
GUEST, PARTNER, RAIN, LATER = "Глава района", "Фонд «Мост», призы", "Под навесом у входа, на час позже", "Решено вчера"
OFF: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "vip": ({"vip": False, "vip_note": GUEST}, {"vip": True}),
    "out of plan": ({"out_of_plan": False, "out_of_plan_reason": LATER}, {"out_of_plan": True}),
    "partners": ({"partners": False, "partners_note": PARTNER}, {"partners": True}),
    "open air": ({"outdoor": False, "rain_plan": RAIN}, {"outdoor": True}),
    "registration": ({"registration": Registration.NONE, "registration_url": LINK}, {"registration": Registration.EXTERNAL}),
    "price": ({"price_type": PriceType.FREE, "price_rub": 300}, {"price_type": PriceType.PAID}),
    "broadcast": ({"format": Format.OFFLINE, "online_url": LINK}, {"format": Format.MIXED}),
    "escort": ({"age_from": 18, "minors": False, "escort": "Родители"}, {"age_from": 14}),
}
"""Answers with the one that switches them off, and what switches them on."""
ONLINE: dict[str, Any] = {"format": Format.ONLINE, "online_url": LINK, "accessibility": "пандус", "outdoor": True, "rain_plan": RAIN}


@pytest.mark.parametrize(("off", "on"), OFF.values(), ids=OFF)
def test_answer_applies_beside_its_tick_only(off: dict[str, Any], on: dict[str, Any]):
    name = list(off)[-1]
    assert left_out(whole_content(**off)) == {name}
    assert getattr(applied(whole_content(**off)), name) == getattr(Content(), name)
    assert left_out(whole_content(**{**off, **on})) == frozenset()


@pytest.mark.parametrize(
    ("format_", "kept"),
    [
        (Format.ONLINE, {"online_url"}),
        (Format.OFFLINE, {"venue_id", "outdoor", "rain_plan", "accessibility"}),
        (Format.MIXED, {"venue_id", "outdoor", "rain_plan", "accessibility", "online_url"}),
        (None, {"venue_id", "outdoor", "rain_plan", "accessibility"}),
    ],
)
def test_what_belongs_to_a_place_applies_at_a_place_and_a_mixed_event_keeps_both(format_: Format | None, kept: set[str]):
    asked = {"venue_id", "outdoor", "rain_plan", "accessibility", "online_url"}
    content = whole_content(**{**ONLINE, "venue_id": 3, "place_name": "", "place_address": "", "format": format_})
    assert asked - left_out(content) == kept


def test_an_online_event_has_no_venue_on_any_date():
    content = whole_content(**ONLINE, venue_id=3, occurrences=(replace(an_occurrence(), venue_id=4),))
    assert applied(content).venue_ids == ()
    assert "occurrences" in left_out(content)


def test_an_online_event_keeps_a_place_on_the_net_and_no_hall_beside_it():
    """A place that nobody can come to belongs to an online event; which of the venues are such is named."""
    hall, net, words = 3, 15, {**ONLINE, "place_name": "Сквер"}
    content = whole_content(**words, venue_id=net, occurrences=(replace(an_occurrence(), venue_id=hall),))
    assert applied(content, [net]).venue_ids == (net,)
    assert left_out(content, [net]) == {"occurrences", "outdoor", "rain_plan", "place_name"}
    assert left_out(content, [hall]) >= {"venue_id", "accessibility"}
    assert applied(content, [hall]).venue_ids == (hall,)


def test_a_place_in_words_does_not_stand_beside_a_venue():
    content = whole_content(venue_id=3, place_name="Сквер", place_address="пр. Стачек, 18")
    assert left_out(content) == {"place_name", "place_address"}


def test_what_applies_is_said_of_rows_as_of_contents():
    revision = Revision(format=Format.ONLINE, venue_id=3)
    assert [applies(revision, name) for name in ("venue_id", "place_name", "online_url")] == [False, False, True]


def test_whatever_is_left_out_leaves_nothing_to_leave_out():
    content = whole_content(**{name: value for off, _ in OFF.values() for name, value in off.items()})
    assert left_out(applied(content)) == frozenset()
    assert set(FIELDS) > left_out(content)


def test_a_copy_takes_what_is_not_of_that_time_only():
    content = whole_content(
        format=Format.MIXED, online_url=LINK, registration=Registration.EXTERNAL, registration_url=LINK, comment="Просим быстрее",
        out_of_plan=True, out_of_plan_reason=LATER, late_reason=LATER, bring="Сменную обувь", venue_id=3,
    )  # fmt: skip
    copied = for_a_copy(content)
    assert (copied.online_url, copied.registration_url, copied.comment, copied.late_reason) == ("", "", "", "")
    assert (copied.out_of_plan, copied.out_of_plan_reason, copied.occurrences) == (False, "", ())
    assert (copied.registration, copied.bring, copied.venue_id) == (Registration.EXTERNAL, "Сменную обувь", 3)


def test_draft_keeps_what_does_not_apply_and_the_submission_drops_it(a_request: Make, office: Office):
    made = a_request(vip=False, vip_note=GUEST, registration=Registration.NONE, registration_url=LINK)
    revision = office.read(lambda: queries.shown(queries.locked(made.id)))
    assert (revision.vip_note, revision.registration_url) == (GUEST, LINK)
    assert (revision.content().vip_note, revision.content().registration_url) == ("", "")
    office.submit(made.id)
    submitted = office.read(lambda: queries.shown(queries.locked(made.id)))
    assert (submitted.vip_note, submitted.registration_url) == ("", "")
    assert submitted.written() == submitted.content()


def test_an_event_gone_online_holds_no_hall_and_asks_no_owner(a_request: Make, office: Office, cast: Cast):
    made = a_request(venue="v03")
    office.submit(made.id)
    assert office.read(lambda: len(venues.bookings_of(made.id))) == 1
    _return(office, made.id)
    office.edit(made.id, **ONLINE)
    ahead = office.read(lambda: _preview(made.id))
    assert (ahead.wanted, ahead.clashes, ahead.content.venue_id) == ((), (), None)
    assert [one.field for one in ahead.problems] == []
    office.submit(made.id)
    assert office.read(lambda: venues.bookings_of(made.id)) == []


def test_two_online_events_never_clash_in_the_hall_they_left_chosen(a_request: Make, office: Office):
    first, second = a_request(venue="v03", **ONLINE), a_request(venue="v03", **ONLINE)
    office.submit(first.id)
    office.submit(second.id)


def test_reviewers_are_not_told_what_no_longer_applies(a_request: Make, office: Office):
    """Of a request handed in by an earlier build, whose frozen revision still holds it."""
    made = a_request(venue="v03", **ONLINE, vip_note=GUEST, partners_note=PARTNER)
    told = office.read(lambda: _told(made.id))
    assert "v03" not in told
    assert "Стачек" not in told
    assert GUEST not in told
    assert PARTNER not in told
    assert RAIN not in told
    assert LINK in told


def test_the_public_is_sent_to_no_hall_of_an_online_event(a_published: Callable[..., int]):
    row = publication(a_published(venue="v03", **ONLINE))
    assert (row.place, row.address, row.metro, row.accessibility, row.lat, row.lon) == ("", LINK, "", "", None, None)
    assert row.vevent is not None
    assert b"GEO:" not in row.vevent
    assert f"LOCATION:{LINK}".encode() in ical_unfolded(row.vevent)


def test_a_mixed_event_tells_of_hall_and_link(a_published: Callable[..., int]):
    row = publication(a_published(venue="v03", **{**ONLINE, "format": Format.MIXED}))
    assert row.place
    assert row.lat is not None
    assert row.address.endswith(f", {LINK}")


def test_a_place_on_the_net_stays_with_an_online_event_to_the_end(a_request: Make, office: Office, cast: Cast):
    """Draft, way, submission, approval, the public page and a copy: the owner is asked, nothing is held, and nobody is sent anywhere."""
    net = cast.venue(NET).id
    made = a_request(venue=NET, **ONLINE)
    ahead = office.read(lambda: _preview(made.id))
    assert (ahead.content.venue_id, ahead.problems, ahead.clashes) == (net, (), ())
    assert all(not one.exclusive for one in ahead.wanted)
    office.submit(made.id)
    stands = office.read(lambda: queries.shown(queries.locked(made.id)).written())
    assert (stands.venue_id, stands.accessibility, stands.outdoor, stands.rain_plan) == (net, "пандус", False, "")
    assert cast.venue(NET).name in office.read(lambda: _told(made.id))
    copied = office.act(lambda now: operations.copy(made.id, by=office.by("spec_pmc"), now=now))
    assert office.read(lambda: queries.shown(queries.locked(copied.id)).content().venue_id) == net


def test_the_public_reads_of_the_place_on_the_net(a_published: Callable[..., int], cast: Cast):
    row = publication(a_published(venue=NET, **ONLINE))
    assert (row.place, row.lat) == (cast.venue(NET).name, None)
    assert row.address.endswith(LINK)
    assert "субтитры" in row.accessibility


def test_an_amendment_that_goes_online_gives_the_hall_back(a_published: Callable[..., int]):
    request_id = a_published(venue="v03")
    amend(request_id, **ONLINE)
    assert publication(request_id).place == ""
    assert publication(request_id).address == LINK


def test_a_copy_by_the_office_leaves_links_and_comment(a_request: Make, office: Office, cast: Cast):
    made = a_request(registration=Registration.EXTERNAL, registration_url=LINK, comment="Просим согласовать быстро")
    copied = office.act(lambda now: operations.copy(made.id, by=office.by("spec_pmc"), now=now))
    stands = office.read(lambda: queries.shown(queries.locked(copied.id)).written())
    assert (stands.registration_url, stands.comment, stands.registration) == ("", "", Registration.EXTERNAL)


@pytest.mark.parametrize("name", ["online_url", "registration_url"])
@pytest.mark.parametrize("format_", [Format.ONLINE, Format.MIXED])
def test_a_link_of_the_greatest_length_reaches_the_public_whole(a_published: Callable[..., int], name: str, format_: Format):
    link = f"https://видео.example/{'ы' * (LONGEST_LINK - 22)}"
    assert is_link(link)
    said = {**ONLINE, "format": format_, "registration": Registration.EXTERNAL, "registration_url": LINK, name: link}
    row = publication(a_published(**said))
    assert link in (row.address, row.address.rpartition(" ")[2], row.registration_url)
    assert row.error == ""
    if name == "registration_url":
        assert b"xn--b1afb4a.example" in ical_unfolded(row.vevent or b"") or "видео".encode("idna") in ical_unfolded(row.vevent or b"")


@pytest.mark.parametrize(
    "link",
    [f"https://video.example/{'x' * (LONGEST_LINK - 21)}", "https://", "http://a.example", "https://me@a.example/", "https://a..example/"],
)
def test_what_no_calendar_could_open_is_no_link(link: str):
    assert not is_link(link)


def ical_unfolded(entry: bytes) -> bytes:
    """The entry with its folded lines whole."""
    return entry.replace(b"\r\n ", b"")


def _preview(request_id: int) -> planning.Preview:
    event_request = queries.locked(request_id)
    return planning.preview(event_request, queries.shown(event_request).written(), work.now())


def _told(request_id: int) -> str:
    """Everything the pages of approvers make of the revision."""
    revision = queries.shown(queries.locked(request_id))
    names = shown.names_for(Offices(), revision)
    facts = [fact for part in shown.sections(revision.content(), names) for fact in part.facts]
    values = [piece.text for fact in facts for one in fact.values for piece in one.pieces]
    return "\n".join([place(revision.content(), names), *values])


def _return(office: Office, request_id: int) -> None:
    """The author takes it back to mend."""
    office.act(lambda now: approvals.take_back(request_id, by=office.by("spec_pmc"), now=now))
