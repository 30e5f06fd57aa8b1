"""The whole application guards itself: routes and their policies, who may open what, templates, headers, GET that changes nothing."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Rule

from presenters.phrases import say
from tests.fixtures.browsing import Client
from tests.fixtures.house import House, differing, snapshot
from views import access, edge
from views.access import Audience

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())

pytestmark = pytest.mark.engines("sqlite")

ROUTES = """
GET      /                                                                     public
GET      /administration/                                                      staff admin
GET      /administration/<string:table>/                                       staff admin
GET      /administration/<string:table>/file/<any(xlsx, csv):kind>             staff admin
GET      /administration/<string:table>/load                                   staff admin
POST     /administration/<string:table>/load                                   staff admin
GET      /administration/<string:table>/load/<string:token>                    staff admin
POST     /administration/<string:table>/load/<string:token>                    staff admin
GET      /administration/<string:table>/new                                    staff admin
POST     /administration/<string:table>/new                                    staff admin
GET      /administration/<string:table>/rows/<string:code>                     staff admin
POST     /administration/<string:table>/rows/<string:code>                     staff admin
GET      /administration/district                                              staff admin
POST     /administration/district                                              staff admin
GET      /administration/first-steps                                           staff admin
POST     /administration/first-steps/fold                                      staff admin
GET      /administration/first-steps/letter                                    staff admin
POST     /administration/first-steps/letter                                    staff admin
GET      /administration/first-steps/routes                                    staff admin
POST     /administration/first-steps/routes                                    staff admin
POST     /administration/first-steps/units                                     staff admin
GET      /administration/journal                                               staff admin
GET      /administration/journal/check                                         staff admin
POST     /administration/journal/check                                         staff admin
POST     /administration/journal/file                                          staff admin
GET      /administration/journal/file/<string:key>                             staff admin
GET      /administration/journal/head.txt                                      staff admin
GET      /administration/people/new                                            staff admin
POST     /administration/people/new                                            staff admin
GET      /administration/people/rows/<int(max=2147483647):user_id>             staff admin
POST     /administration/people/rows/<int(max=2147483647):user_id>             staff admin
GET      /administration/people/rows/<int(max=2147483647):user_id>/dismiss     staff admin
POST     /administration/people/rows/<int(max=2147483647):user_id>/dismiss     staff admin
POST     /administration/people/rows/<int(max=2147483647):user_id>/link        staff admin
POST     /administration/people/rows/<int(max=2147483647):user_id>/readmit     staff admin
POST     /administration/people/rows/<int(max=2147483647):user_id>/roles       staff admin
POST     /administration/people/rows/<int(max=2147483647):user_id>/roles/end   staff admin
POST     /administration/people/rows/<int(max=2147483647):user_id>/second-step staff admin
GET      /administration/rules/                                                staff admin
GET      /administration/rules/<string:rule_key>                               staff admin
POST     /administration/rules/<string:rule_key>                               staff admin
GET      /administration/rules/<string:rule_key>/periods/<string:first>        staff admin
POST     /administration/rules/<string:rule_key>/periods/<string:first>        staff admin
POST     /administration/rules/<string:rule_key>/periods/<string:first>/remove staff admin
GET      /answers/<string:token>                                               staff
GET      /calendar/all.ics                                                     bare
GET      /calendar/direction/<string:code>.ics                                 bare
GET      /calendar/event/<string:slug>.ics                                     bare
GET      /calendar/unit/<string:key>.ics                                       bare
GET      /desk                                                                 staff
GET      /events/<string:slug>                                                 public
GET      /favicon.ico                                                          bare
GET      /healthz                                                              bare
GET      /help                                                                 staff
GET      /help/<string:guide>                                                  staff
GET      /help/visitors                                                        public
POST     /language                                                             staff
GET      /metrics                                                              bare
GET      /password/change                                                      bare
POST     /password/change                                                      bare
GET      /password/forgotten                                                   bare
POST     /password/forgotten                                                   bare
GET      /password/forgotten/sent                                              bare
GET      /password/new                                                         bare
POST     /password/new                                                         bare
GET      /password/reset/<string:token>                                        bare
GET      /production-calendar                                                  staff admin coordinator
GET      /production-calendar/<int(min=2000, max=2100):year>                   staff admin coordinator
GET      /production-calendar/<int(min=2000, max=2100):year>/confirmation      staff admin
POST     /production-calendar/<int(min=2000, max=2100):year>/confirmation      staff admin
GET      /production-calendar/<int(min=2000, max=2100):year>/days              staff admin
POST     /production-calendar/<int(min=2000, max=2100):year>/days              staff admin
GET      /production-calendar/<int(min=2000, max=2100):year>/proposal          staff admin
POST     /production-calendar/<int(min=2000, max=2100):year>/proposal          staff admin
GET      /profile                                                              staff
GET      /profile/security                                                     staff
GET      /profile/security/app                                                 staff
POST     /profile/security/app                                                 staff
POST     /profile/security/app/code                                            staff
POST     /profile/security/app/remove                                          staff
GET      /profile/security/codes                                               staff
POST     /profile/security/codes                                               staff
POST     /profile/security/passkeys/<int(max=2147483647):passkey_id>/name      staff
POST     /profile/security/passkeys/<int(max=2147483647):passkey_id>/remove    staff
GET      /profile/security/passkeys/new                                        staff
POST     /profile/security/passkeys/new                                        staff
POST     /profile/security/passkeys/options                                    staff
POST     /profile/sessions/<int(max=2147483647):session_id>/end                staff
POST     /profile/sessions/end                                                 staff
GET      /readyz                                                               bare
GET      /requests/                                                            staff
GET      /requests/<int:request_id>                                            staff
POST     /requests/<int:request_id>/amend                                      staff
POST     /requests/<int:request_id>/autosave                                   staff
GET,POST /requests/<int:request_id>/cancel                                     staff
GET      /requests/<int:request_id>/check                                      staff
POST     /requests/<int:request_id>/copy                                       staff
GET,POST /requests/<int:request_id>/edit                                       staff
GET      /requests/<int:request_id>/history                                    staff
GET,POST /requests/<int:request_id>/postpone                                   staff
POST     /requests/<int:request_id>/remarks/<int:remark_id>/answer             staff
POST     /requests/<int:request_id>/restore                                    staff
GET,POST /requests/<int:request_id>/restore-date                               staff
POST     /requests/<int:request_id>/return-now                                 staff
GET      /requests/<int:request_id>/revisions/<int:no>                         staff
GET      /requests/<int:request_id>/sheet                                      staff
POST     /requests/<int:request_id>/side                                       staff
GET,POST /requests/<int:request_id>/stop                                       staff
POST     /requests/<int:request_id>/submit                                     staff
POST     /requests/<int:request_id>/take-back                                  staff
POST     /requests/<int:request_id>/throw-away                                 staff
GET,POST /requests/<int:request_id>/withdraw                                   staff
POST     /requests/<int:request_id>/worked                                     staff
GET,POST /requests/new                                                         staff
GET      /reviews/                                                             staff
GET      /reviews/<int:review_id>                                              staff
POST     /reviews/<int:review_id>                                              staff
POST     /reviews/<int:review_id>/acknowledge                                  staff
POST     /reviews/<int:review_id>/recall                                       staff
POST     /reviews/<int:review_id>/seen                                         staff
POST     /reviews/acknowledge                                                  staff
GET      /robots.txt                                                           bare
GET      /search                                                               staff
GET      /set-up                                                               bare
POST     /set-up                                                               bare
GET      /set-up/<string:token>                                                bare
GET      /sign-in                                                              bare
POST     /sign-in                                                              bare
GET      /sign-in/again                                                        bare
POST     /sign-in/again                                                        bare
GET      /sign-in/link                                                          bare
POST     /sign-in/link                                                          bare
GET      /sign-in/link/<string:token>                                           bare
GET      /sign-in/openid                                                        bare
POST     /sign-in/openid                                                        bare
GET      /sign-in/openid/back                                                   bare
POST     /sign-in/passkey                                                      bare
POST     /sign-in/passkey/options                                              bare
GET      /sign-in/second-step                                                  bare
POST     /sign-in/second-step                                                  bare
POST     /sign-out                                                             staff
GET      /sign-out/openid                                                       bare
GET      /sitemap.xml                                                          public
GET      /static/<path:filename>                                               bare
GET      /styles/<string:names>                                                bare
GET      /subscribe                                                            public
"""
"""Every route: methods, address, policy. A route added or taken away is a deliberate change of this list."""

WHO = ("anon", "spec_pmc", "dir_pmc", "head_ozpb", "spec_omp", "zam", "spec_dm", "stranger", "admin", "dismissed")
"""Nobody; author and head of the institution; a department not on this route; the coordinating department; the deputy head before his turn;
another institution; a third one; the administrator; someone dismissed while signed in."""

OPENED = """
/                                             200 200 200 200 200 200 200 200 200 200
/administration/                              302 403 403 403 403 403 403 403 200 302
/administration/directions/                   302 403 403 403 403 403 403 403 200 302
/administration/directions/file/csv           302 403 403 403 403 403 403 403 200 302
/administration/directions/file/xlsx          302 403 403 403 403 403 403 403 200 302
/administration/directions/load               302 403 403 403 403 403 403 403 200 302
/administration/directions/load/no-such-token 302 403 403 403 403 403 403 403 404 302
/administration/directions/new                302 403 403 403 403 403 403 403 200 302
/administration/directions/rows/leisure       302 403 403 403 403 403 403 403 200 302
/administration/directions/rows/no-such-row   302 403 403 403 403 403 403 403 404 302
/administration/district                      302 403 403 403 403 403 403 403 200 302
/administration/first-steps                   302 403 403 403 403 403 403 403 200 302
/administration/first-steps/letter            302 403 403 403 403 403 403 403 200 302
/administration/first-steps/routes            302 403 403 403 403 403 403 403 200 302
/administration/no-such-table/                302 403 403 403 403 403 403 403 404 302
/administration/journal                       302 403 403 403 403 403 403 403 200 302
/administration/journal/check                 302 403 403 403 403 403 403 403 200 302
/administration/journal/file/no-such-file     302 403 403 403 403 403 403 403 404 302
/administration/journal/head.txt              302 403 403 403 403 403 403 403 200 302
/administration/people/                       302 403 403 403 403 403 403 403 200 302
/administration/people/new                    302 403 403 403 403 403 403 403 200 302
/administration/people/rows/2                 302 403 403 403 403 403 403 403 200 302
/administration/people/rows/999               302 403 403 403 403 403 403 403 404 302
/administration/people/rows/2/dismiss         302 403 403 403 403 403 403 403 200 302
/administration/rules/                        302 403 403 403 403 403 403 403 200 302
/administration/rules/evening_after           302 403 403 403 403 403 403 403 200 302
/administration/rules/no-such-key             302 403 403 403 403 403 403 403 404 302
/administration/rules/evening_after/periods/always 302 403 403 403 403 403 403 403 200 302
/administration/rules/evening_after/periods/2020-01-01 302 403 403 403 403 403 403 403 404 302
/answers/no-such-token                        302 404 404 404 404 404 404 404 404 302
/desk                                         302 200 200 200 200 200 200 200 200 302
/events/{slug}                                200 200 200 200 200 200 200 200 200 200
/help                                         302 200 200 200 200 200 200 200 200 302
/help/administrator                           302 200 200 200 200 200 200 200 200 302
/help/no-such-guide                           302 404 404 404 404 404 404 404 404 302
/help/visitors                                200 200 200 200 200 200 200 200 200 200
/production-calendar                          302 403 403 403 302 403 403 403 302 302
/production-calendar/2026                     302 403 403 403 200 403 403 403 200 302
/production-calendar/2026/confirmation                302 403 403 403 403 403 403 403 302 302
/production-calendar/2026/days                302 403 403 403 403 403 403 403 302 302
/production-calendar/2026/proposal                302 403 403 403 403 403 403 403 302 302
/profile                                      302 200 200 200 200 200 200 200 200 302
/profile/security                             302 200 200 200 200 200 200 200 200 302
/profile/security/app                         302 303 303 303 303 303 303 303 303 302
/profile/security/passkeys/new                302 200 200 200 200 200 200 200 200 302
/profile/security/codes                       302 303 303 303 303 303 303 303 303 302
/requests/                                    302 200 200 200 200 200 200 200 200 302
/requests/{draft}                             302 200 200 404 404 404 404 404 404 302
/requests/{submitted}                         302 200 200 404 200 404 404 404 200 302
/requests/{published}                         302 200 200 404 200 200 404 404 200 302
/requests/{draft}/cancel                      302 409 409 404 404 404 404 404 404 302
/requests/{submitted}/cancel                  302 409 409 404 409 404 404 404 403 302
/requests/{published}/cancel                  302 200 200 404 200 403 404 404 403 302
/requests/{draft}/check                       302 200 200 404 404 404 404 404 404 302
/requests/{submitted}/check                   302 302 302 404 403 404 404 404 403 302
/requests/{published}/check                   302 302 302 404 403 403 404 404 403 302
/requests/{draft}/edit                        302 200 200 404 404 404 404 404 404 302
/requests/{submitted}/edit                    302 302 302 404 403 404 404 404 403 302
/requests/{published}/edit                    302 302 302 404 403 403 404 404 403 302
/requests/{draft}/history                     302 200 200 404 404 404 404 404 404 302
/requests/{submitted}/history                 302 200 200 404 200 404 404 404 200 302
/requests/{published}/history                 302 200 200 404 200 200 404 404 200 302
/requests/{draft}/postpone                    302 403 409 404 404 404 404 404 404 302
/requests/{submitted}/postpone                302 403 409 404 409 404 404 404 403 302
/requests/{published}/postpone                302 403 200 404 200 403 404 404 403 302
/requests/{draft}/restore-date                302 403 409 404 404 404 404 404 404 302
/requests/{submitted}/restore-date            302 403 409 404 403 404 404 404 403 302
/requests/{published}/restore-date            302 403 409 404 403 403 404 404 403 302
/requests/{draft}/revisions/1                 302 200 200 404 404 404 404 404 404 302
/requests/{submitted}/revisions/1             302 200 200 404 200 404 404 404 200 302
/requests/{published}/revisions/1             302 200 200 404 200 200 404 404 200 302
/requests/{draft}/sheet                       302 404 404 404 404 404 404 404 404 302
/requests/{submitted}/sheet                   302 200 200 404 200 404 404 404 200 302
/requests/{published}/sheet                   302 200 200 404 200 200 404 404 200 302
/requests/{draft}/stop                        302 403 403 404 404 404 404 404 404 302
/requests/{submitted}/stop                    302 403 403 404 200 404 404 404 403 302
/requests/{published}/stop                    302 403 403 404 409 403 404 404 403 302
/requests/{draft}/withdraw                    302 409 409 404 404 404 404 404 404 302
/requests/{submitted}/withdraw                302 200 200 404 403 404 404 404 403 302
/requests/{published}/withdraw                302 409 409 404 403 403 404 404 403 302
/requests/new                                 302 200 200 403 403 403 200 200 403 302
/reviews/                                     302 200 200 200 200 200 200 200 200 302
/reviews/{review}                             302 200 200 404 200 404 404 404 200 302
/search                                       302 200 200 200 200 200 200 200 200 302
/sitemap.xml                                  200 200 200 200 200 200 200 200 200 200
/subscribe                                    200 200 200 200 200 200 200 200 200 200
"""
"""What each of WHO gets for each page. {draft} is a draft, {submitted} waits for its lead head, {published} is approved and published."""

SENT = """
/production-calendar/<int(min=2000, max=2100):year>/confirmation 401 403 403 401
/production-calendar/<int(min=2000, max=2100):year>/days  401 403 403 401
/production-calendar/<int(min=2000, max=2100):year>/proposal 401 403 403 401
/requests/<int:request_id>/amend                          401 404 404 401
/requests/<int:request_id>/autosave                       401 404 404 401
/requests/<int:request_id>/cancel                         401 404 404 401
/requests/<int:request_id>/copy                           401 404 404 401
/requests/<int:request_id>/edit                           401 404 404 401
/requests/<int:request_id>/postpone                       401 404 404 401
/requests/<int:request_id>/remarks/<int:remark_id>/answer 401 404 404 401
/requests/<int:request_id>/restore                        401 404 404 401
/requests/<int:request_id>/restore-date                   401 404 404 401
/requests/<int:request_id>/return-now                     401 404 404 401
/requests/<int:request_id>/side                           401 404 404 401
/requests/<int:request_id>/stop                           401 404 404 401
/requests/<int:request_id>/submit                         401 404 404 401
/requests/<int:request_id>/take-back                      401 404 404 401
/requests/<int:request_id>/throw-away                     401 404 404 401
/requests/<int:request_id>/withdraw                       401 404 404 401
/requests/<int:request_id>/worked                         401 404 404 401
/reviews/<int:review_id>                                  401 404 404 401
/reviews/<int:review_id>/acknowledge                      401 404 404 401
/reviews/<int:review_id>/recall                           401 404 404 401
/reviews/<int:review_id>/seen                             401 404 404 401
"""
"""What those who may not do it get for each POST."""
OUTSIDERS = ("anon", "spec_dm", "stranger", "dismissed")

MARKUP = {
    "forms/fields/drawing.py": "controls, each value in them escaped; compared with those of WTForms' widgets",
    "views/drawing.py": "icons out of the wheel's sprite, a QR code drawn by segno",
    "views/calendars.py": "a description cleaned by nh3",
    "views/guides.py": "our own guides, drawn by markdown-it without raw HTML",
    "views/on_paper.py": "a day with what is printed in its place, the words around it escaped",
    "views/other_language.py": "a span with a language, the words in it escaped",
    "views/template_names.py": "our own sentences as Jinja's extension gives them, what is put into them escaped",
}
"""The only places where text becomes markup, and what it is there."""


def rules(app: Flask) -> list[Rule]:
    """The routes in the order of their addresses."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, methods(rule)))


def methods(rule: Rule) -> str:
    """The methods a route was made for."""
    return ",".join(sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}))


def policy(app: Flask, rule: Rule) -> str:
    """The declared policy in words."""
    declared = access.policy_of(app, rule.endpoint)
    if declared is None:
        return "undeclared"
    return " ".join([declared.audience.value, *sorted(role.value for role in declared.roles)])


def lines(table: str) -> list[str]:
    """The rows of a literal table, spaces folded."""
    return [" ".join(line.split()) for line in table.strip().splitlines()]


def code(*patterns: str) -> Iterator[tuple[str, str]]:
    """Our own Python and templates with their paths."""
    for pattern in patterns:
        for path in sorted(one for one in ROOT.glob(pattern) if one.is_file() and ".venv" not in one.parts):
            yield str(path.relative_to(ROOT)), path.read_text()


def test_every_route_declares_its_policy(app: Flask):
    assert list(access.undeclared(app)) == []


def test_no_route_appears_or_disappears_unnoticed(app: Flask):
    assert [f"{methods(rule)} {rule.rule} {policy(app, rule)}" for rule in rules(app)] == lines(ROUTES)


def test_addresses_are_in_kebab_case(app: Flask):
    words = {part for rule in rules(app) for part in re.sub(r"<[^>]*>", "", rule.rule).split("/") if part}
    assert sorted(word for word in words if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?|\.(ics|txt|xml)", word)) == []


def test_parameters_of_addresses_are_typed(app: Flask):
    untyped = [rule.rule for rule in rules(app) if re.search(r"<\w+>", rule.rule)]
    assert untyped == []


def test_numbers_in_addresses_are_bounded(app: Flask):
    """An id of 2⁴⁰ never reaches a column of 32 bits (reliability.md T25)."""

    def unbounded(converter: BaseConverter) -> bool:
        return isinstance(converter, IntegerConverter) and converter.max is None

    assert [rule.rule for rule in rules(app) if any(unbounded(one) for one in rule._converters.values())] == []


def test_each_page_is_opened_by_whom_it_is_for(app: Flask, house: House, signed_in: Callable[[str], Client]):
    clients = {login: signed_in(login) for login in WHO}
    values = {"draft": house.draft, "submitted": house.submitted, "published": house.published, "review": house.review, "slug": house.slug}
    found = []
    for line in lines(OPENED):
        address = line.split()[0]
        statuses = [str(client.open("GET", address.format(**values), expect=None).status) for client in clients.values()]
        found.append(" ".join([address, *statuses]))
    assert found == lines(OPENED)


def test_each_page_stands_in_the_table_of_access(app: Flask):
    """A new page without a row fails (reliability.md T4)."""
    adapter = app.url_map.bind("127.0.0.1")
    sample = {"draft": 1, "submitted": 1, "published": 1, "review": 1, "slug": "slug"}
    opened = {adapter.match(line.split()[0].format(**sample), method="GET")[0] for line in lines(OPENED)}
    pages = {rule.endpoint for rule in rules(app) if "GET" in methods(rule) and not policy(app, rule).startswith("bare")}
    assert sorted(pages - opened) == []


def test_nobody_does_what_is_not_theirs(app: Flask, house: House, signed_in: Callable[[str], Client]):
    clients = {login: signed_in(login) for login in OUTSIDERS}
    before = snapshot()
    found = []
    for rule in rules(app):
        if "POST" in methods(rule) and policy(app, rule).startswith("staff") and rule.arguments & {"request_id", "review_id", "year"}:
            statuses = [str(send(client, house.address(rule))) for client in clients.values()]
            found.append(" ".join([rule.rule, *statuses]))
    assert found == lines(SENT)
    assert differing(before, snapshot()) == []


def send(client: Client, address: str) -> int:
    """Send an empty form with the token of the person's own session, as a forger inside the office would."""
    profile = client.open("GET", "/profile", expect=None)
    token = profile.all("input", name="csrf_token")[0].get("value") if profile.status == 200 else "none"
    return client.open("POST", address, expect=None, data={"csrf_token": token}).status


def test_every_narrowed_page_says_whom_it_is_for(app: Flask):
    narrowed = [access.policy_of(app, rule.endpoint) for rule in rules(app)]
    assert [say(access.for_whom(one.roles)) for one in narrowed if one is not None and one.roles] != []


def test_no_form_is_taken_without_its_token(app: Flask, house: House, signed_in: Callable[[str], Client]):
    """A page elsewhere can send a form under somebody's sign-in, but not with the token of that sign-in (reliability.md T17)."""
    client = signed_in("dir_pmc")
    before = snapshot()
    taken = {
        rule.rule: status
        for rule in rules(app)
        if "POST" in methods(rule)
        and (status := client.open("POST", house.address(rule), expect=None, data={"email": "a@b.example", "password": "x"}).status) < 400
    }
    assert taken == {}
    assert differing(before, snapshot()) == []


def test_get_and_head_change_nothing(app: Flask, house: House, signed_in: Callable[[str], Client]):
    """Mail scanners and prefetching browsers open everything (reliability.md T17)."""
    clients = [signed_in(login) for login in ("anon", "spec_pmc", "dir_pmc", "spec_omp", "zam", "spec_dm", "admin")]
    before = snapshot()
    for client in clients:
        for rule in rules(app):
            if "GET" in methods(rule):
                for method in ("GET", "HEAD"):
                    client.open(method, house.address(rule), expect=None)
    assert differing(before, snapshot()) == []


def test_no_page_fails_on_what_cannot_exist(app: Flask, house: House, signed_in: Callable[[str], Client]):
    """Huge numbers, NUL and words that are no key: a page, never an error of ours (reliability.md T25)."""
    client = signed_in("spec_pmc")
    failed = []
    for rule in rules(app):
        if "GET" in methods(rule) and rule.arguments:
            for value in ("1099511627776", "9" * 30, "no-such-thing", "%00", "%F0%9F%98%80", "x" * 3000):
                address = re.sub(r"<[^>]*>", value, rule.rule)
                if client.open("GET", address, expect=None).status >= 500:
                    failed.append(address[:80])
    assert failed == []


def test_security_headers_stand_on_every_answer(app: Flask, house: House, signed_in: Callable[[str], Client]):
    client = signed_in("spec_pmc")
    addresses = [house.address(rule) for rule in rules(app) if "GET" in methods(rule)] + ["/no-such-page"]
    for address in addresses:
        headers = client.open("GET", address, expect=None).response.headers
        got = [headers.get(name) for name in ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy")]
        assert (address, got) == (address, ["nosniff", "no-referrer", "same-origin"])
        assert (address, headers.get("Content-Security-Policy")) == (address, edge.CONTENT_SECURITY_POLICY)
        assert headers.get("X-Request-Id")


def test_private_pages_are_never_stored(app: Flask, house: House, signed_in: Callable[[str], Client]):
    client = signed_in("spec_pmc")
    staff = [rule for rule in rules(app) if "GET" in methods(rule) and policy(app, rule).startswith(Audience.STAFF.value)]
    kept = {
        house.address(rule): client.open("GET", house.address(rule), expect=None).response.headers.get("Cache-Control") for rule in staff
    }
    assert {address: control for address, control in kept.items() if control != "no-store"} == {}


def test_public_pages_set_no_cookie(app: Flask, house: House, client: Client):
    public = [rule for rule in rules(app) if "GET" in methods(rule) and policy(app, rule) == Audience.PUBLIC.value]
    assert [rule.rule for rule in public if client.open("GET", house.address(rule), expect=None).response.headers.get("Set-Cookie")] == []


def test_stranger_host_is_refused(app: Flask, client: Client):
    """Links in letters and redirects cannot be poisoned by a forged Host (reliability.md T12)."""
    answer = app.test_client().get("/healthz", base_url="http://evil.example")
    assert answer.status_code == 400


def test_every_macro_is_used():
    texts = {path: re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL) for path in TEMPLATES}
    defined = {name for text in texts.values() for name in re.findall(r"\{%-?\s*macro\s+(\w+)\(", text)}
    called = Counter(name for text in texts.values() for name in re.findall(r"(?<!macro )\b(\w+)\(", text))
    assert sorted(defined - called.keys()) == []


def test_every_template_is_used():
    """A page is named by its view, a part by the page it belongs to or by its folder; error pages and letters by what they are for."""
    said = "\n".join(text for _, text in code("views/**/*.py", "letters/**/*.py", "templates/**/*"))
    names = [path.relative_to(ROOT / "templates") for path in TEMPLATES]
    ways = {name: (str(name), f'"{name.stem}', f'"{name.parent}/" ~') for name in names if name.parts[0] not in {"errors", "letters"}}
    unused = [str(name) for name, said_as in ways.items() if not any(one in said for one in said_as)]
    assert unused == []


def test_text_becomes_markup_in_the_listed_places_only():
    found = {
        path
        for path, text in code("app.py", "events/**/*.py", "forms/**/*.py", "letters/**/*.py", "presenters/**/*.py", "views/**/*.py")
        if "Markup(" in text
    }
    assert sorted(found) == sorted(MARKUP)
    assert [path for path, text in code("templates/**/*") if re.search(r"\|\s*safe\b|autoescape", text)] == []


def test_pins_of_development_are_those_of_the_product():
    """What is tested is what runs."""

    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.\[\]-]+==[^\s;\\]+", (ROOT / name).read_text(), flags=re.MULTILINE))

    assert sorted(pins("requirements.txt") - pins("requirements-dev.txt")) == []
