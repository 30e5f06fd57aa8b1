"""What no column can hold (NUL, numbers of 2⁶³, controls) is a page or a sentence, never an error of ours (reliability.md T25)."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.fixtures.browsing import Client, Form
from tests.fixtures.house import House

VALUES = ("a\x00b", "\x1b", "9223372036854775808", "-2147483649")
NAMES = (
    "after", "ahead", "before", "compare", "day", "decided", "direction", "from", "interest", "lang", "mending", "mine", "missing",
    "more", "next", "round", "section", "show", "status", "text", "to", "uid", "unit", "verify",
)  # fmt: skip
"""Every name a view of ours asks a query for."""
WITH_FORMS = (
    "/requests/new",
    "/requests/{draft}/edit",
    "/requests/{submitted}/withdraw",
    "/requests/{published}/cancel",
    "/reviews/{review}",
)
ONE_TIME = ("/password/reset/", "/set-up/", "/sign-in/link/")
"""What follows is a secret that is looked up by its hash: any word may stand there."""
TYPED = frozenset({"text", "search", "email", "tel", "url", "number", "date", "time", "password", None})


def pages(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]


def test_no_query_reaches_a_column_that_cannot_hold_it(app: Flask, house: House, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("spec_omp")
    failed = [
        (rule.rule, value, status)
        for rule in pages(app)
        for value in VALUES
        if (status := client.open("GET", house.address(rule), expect=None, query_string=dict.fromkeys(NAMES, value)).status) >= 500
    ]
    assert failed == []


def test_no_address_reaches_a_column_that_cannot_hold_it(app: Flask, house: House, signed_in: Callable[[str], Client]) -> None:
    """Each page is asked for by somebody who may open its kind: the administrator's are hidden from all others behind a 403."""
    told = {}
    for rule in pages(app):
        if rule.arguments and not rule.rule.startswith(ONE_TIME):
            client = signed_in("admin" if rule.rule.startswith("/administration/") else "spec_pmc")
            for word in ("a%00b", "9223372036854775808"):
                address = re.sub(r"<[^>]*>", word, rule.rule)
                told[address] = client.open("GET", address, expect=None).status
    assert set(told.values()) == {404}, told


def unstorable(form: Form) -> Iterator[tuple[str, dict[str, object]]]:
    """The form with NUL in each field one types into, and in its nonce, in turn."""
    typed = [one.get("name") or "" for one in form.controls if one.tag == "textarea" or one.get("type") in TYPED]
    for name in [*typed, "nonce"]:
        if name in form.values():
            yield name, {**form.values().to_dict(flat=False), name: ["1\x00б"]}


@pytest.mark.engines("postgresql")
@pytest.mark.parametrize("page", WITH_FORMS)
def test_no_form_reaches_a_column_that_cannot_hold_it(app: Flask, house: House, signed_in: Callable[[str], Client], page: str) -> None:
    values = {"draft": house.draft, "submitted": house.submitted, "published": house.published, "review": house.review}
    client = signed_in("dir_pmc")
    form = max(client.get(page.format(**values)).forms, key=lambda one: len(one.controls))
    failed = [
        (name, answer.status)
        for name, data in unstorable(form)
        if (answer := client.open("POST", form.action, expect=None, expect_redirect=..., data=data)).status >= 500 or "\x00" in answer.body
    ]
    assert failed == []


def test_account_forms_take_no_nul_either(app: Flask, client: Client) -> None:
    for address in ("/sign-in", "/password/forgotten"):
        form = client.get(address).form()
        for name, data in unstorable(form):
            answer = client.open("POST", form.action, expect=None, expect_redirect=..., data=data)
            assert answer.status in (303, 422, 429), f"{address} {name}: {answer.status}"
