"""How pages come out in a real browser: nothing too wide, nothing covered, nothing touching."""

import os
import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Route, expect

import app as assembler
from events.approvals.models import Review
from events.approvals.vocabulary import ReviewState
from events.foundation.db import db
from events.requests.models import EventRequest
from settings import Settings
from tests.fixtures.house import House
from tests.fixtures.looking import Look
from tests.fixtures.office import Office
from tests.fixtures.requests import FIRST_START, an_occurrence

Looker = Callable[..., Look]
pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]

NO_PAGES = ("/calendar/", "/healthz", "/readyz", "/metrics", "/robots.txt", "/sitemap.xml", "/favicon.ico", "/static/", "/styles/")
BY_ROLE = re.compile(r"/desk|/requests/\d*|/reviews/\d*|/production-calendar/\d+(/days)?")
"""What looks otherwise to each role; the rest is seen by the stranger and the author."""

OWN = re.compile(r"/desk|/requests/|/reviews/(\d+)?")
"""What looks otherwise to each role even where its own kind of page has been seen."""

OPEN_ALL = "document.querySelectorAll('main details').forEach(one => { one.open = true })"
TOO_WIDE = "document.documentElement.scrollWidth"
OFF_CENTRE = """() => [...document.querySelectorAll('.btn')].flatMap(one => {
    if (!one.checkVisibility() || one.querySelector('.icon')) return [];
    const words = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), found = [];
    while (words.nextNode()) {
        if (words.currentNode.parentElement.closest('.visually-hidden')) continue;
        const range = document.createRange();
        range.selectNodeContents(words.currentNode);
        found.push(...[...range.getClientRects()].filter(box => box.width));
    }
    const box = one.getBoundingClientRect();
    const left = Math.min(...found.map(part => part.left)) - box.left, right = box.right - Math.max(...found.map(part => part.right));
    return Math.abs(left - right) > 2 ? [`${one.innerText}: ${left} and ${right}`] : [];
})"""
TOUCHING = """() => [...document.querySelectorAll('.folded > summary')].filter(one => one.checkVisibility()).flatMap(one => {
    const box = one.getBoundingClientRect(), heading = one.querySelector('h2, h3')?.getBoundingClientRect();
    const beside = one.querySelector('.count, .badge-state')?.getBoundingClientRect();
    if (!heading) return [];
    const lowest = Math.max(heading.bottom, beside?.bottom ?? 0);
    if (heading.top - box.top < 7 || box.bottom - lowest < 7) return [`${one.innerText}: touches the line`];
    if (beside && beside.top >= heading.bottom && beside.left - heading.left > 1) return [`${one.innerText}: dropped out of its column`];
    return [];
})"""
STRAYING = """() => [
    ...[...document.querySelectorAll('.field-optional')].filter(one => one.checkVisibility()).flatMap(one => {
        const label = one.parentElement.getBoundingClientRect(), box = one.getBoundingClientRect();
        return box.top > label.top + 16 && Math.abs(box.left - label.left) > 1 ? [`${one.parentElement.innerText}: indented`] : [];
    }),
    ...[...document.querySelectorAll('.btn > .icon:first-child')].filter(one => one.checkVisibility()).flatMap(one => {
        const range = document.createRange();
        range.setStartAfter(one);
        range.setEndAfter(one.parentElement.lastChild);
        const words = [...range.getClientRects()].filter(box => box.width > 1);
        const gap = Math.min(...words.map(box => box.left)) - one.getBoundingClientRect().right;
        return words.length && gap > 12 ? [`${one.parentElement.innerText}: far from its sign`] : [];
    }),
    ...[...document.querySelectorAll('.page-head > * + h1')].flatMap(one => {
        const gap = one.getBoundingClientRect().top - one.previousElementSibling.getBoundingClientRect().bottom;
        return gap < 4 ? ['the heading touches what stands above it'] : [];
    }),
]"""
TORN = """() => [...document.querySelectorAll('main *')].filter(one => {
    if (!one.checkVisibility() || !getComputedStyle(one).display.endsWith('flex')) return false;
    return [...one.childNodes].filter(part => part.nodeType === 3 && part.data.trim()).length > 1;
}).map(one => `${one.innerText}: a sentence laid out in pieces`)"""
# Of a long text browsers show the line with the caret, so its beginning is asked for.
COVERED = """() => {
    const one = document.activeElement, bar = document.querySelector('.action-bar')?.getBoundingClientRect();
    const box = one.getBoundingClientRect();
    if (!bar || one === document.body || one.closest('.action-bar') || one.matches('.visually-hidden')) return null;
    return box.top < bar.bottom && Math.min(box.bottom, box.top + 40) > bar.top + 1 ? `${one.tagName} ${one.name ?? one.innerText}` : null;
}"""


def addresses(app: Flask, house: House) -> list[str]:
    """Every page of the house that is opened by its address, those of each of the three requests."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(NO_PAGES):
            continue
        if "request_id" not in rule.arguments:
            found.append(house.address(rule))
            continue
        for request_id in (house.draft, house.submitted, house.published):
            built = rule.build({**{name: house.values()[name] for name in rule.arguments}, "request_id": request_id})
            assert built is not None
            found.append(built[1])
    return found


def boxes(window: Look, *selectors: str) -> list[dict[str, Any]]:
    """Where the first visible element of each selector stands."""
    found = [window.page.locator(f"{selector} >> visible=true").first.bounding_box() for selector in selectors]
    assert None not in found, selectors
    return found  # type: ignore[return-value]


@pytest.fixture
def far_away(a_request: Callable[..., EventRequest], office: Office) -> None:
    """A published event at a metro station with a long name."""
    request_id = a_request(venue="v03").id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp", "zam")


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("login", [None, "spec_pmc", "dir_pmc", "spec_omp", "head_ozpb", "zam", "admin"])
def test_no_page_is_wider_than_a_phone_nor_has_words_out_of_place(
    app: Flask, house: House, far_away: None, look: Looker, login: str | None, language: str
):
    window, wrong = look(login, language), []
    for path in addresses(app, house):
        if login not in (None, "spec_pmc") and not BY_ROLE.fullmatch(path):
            continue
        window.at(path)
        for width in (320, 360):
            window.wide(width)
            if (needed := window.page.evaluate(TOO_WIDE)) > width:
                wrong.append(f"{path} at {width} needs {needed}")
        window.page.evaluate(OPEN_ALL)
        for asked in (OFF_CENTRE, TOUCHING, STRAYING, TORN):
            wrong += [f"{path}: {fault}" for fault in window.page.evaluate(asked)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("query", ["overdue=1", "since=2026-06-10&until=2026-06-01"])
def test_open_filters_of_the_list_are_no_wider_than_a_phone(house: House, look: Looker, query: str):
    window = look("spec_omp")
    window.at(f"/requests/?{query}")
    assert window.page.locator(".filters-more[open]").count() == 1
    for width in (320, 360):
        window.wide(width)
        assert window.page.evaluate(TOO_WIDE) <= width


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("login", "path"), [("spec_pmc", "/requests/{draft}/edit"), ("dir_pmc", "/reviews/{review}")])
def test_what_has_the_focus_is_never_under_the_bar(house: House, look: Looker, login: str, path: str, language: str):
    window = look(login, language)
    window.at(path.format(**house.__dict__))
    window.page.evaluate(OPEN_ALL)
    covered, stops = [], window.page.locator("a, button, input, select, textarea, summary").count()
    for _ in range(stops):
        window.page.keyboard.press("Tab")
        covered.append(window.page.evaluate(COVERED))
    assert [one for one in covered if one] == []


def test_a_remarks_label_stands_clear_of_its_link(house: House, look: Looker):
    window = look("dir_pmc")
    window.at(f"/reviews/{house.review}")
    window.page.evaluate(OPEN_ALL)
    link, label = boxes(window, ".remark-box > summary", ".remark-box .field-label")
    assert label["y"] - (link["y"] + link["height"]) >= 6


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_way_to_the_next_turn_takes_no_row_of_the_bar(
    house: House, a_request: Callable[..., EventRequest], office: Office, look: Looker, language: str
):
    office.submit(a_request(venue=None).id)
    window = look("dir_pmc", language)
    window.at(f"/reviews/{house.review}")
    for width in (360, 1280):
        window.wide(width, 800)
        loud, following, bar = boxes(window, ".action-bar .btn-primary", ".action-bar .end", ".action-bar")
        assert abs(loud["y"] + loud["height"] / 2 - following["y"] - following["height"] / 2) < 2, width
        assert bar["height"] <= (80 if width > 600 else 140)


@pytest.mark.parametrize("path", ["/desk", "/requests/"])
def test_the_one_act_of_a_page_stands_beside_its_name(house: House, look: Looker, path: str):
    window = look("spec_pmc")
    window.at(path)
    window.wide(1280)
    name, act = boxes(window, "h1", ".page-head .btn")
    assert act["x"] > name["x"] + name["width"]
    assert act["y"] < name["y"] + name["height"]


def test_names_of_sections_stand_in_one_line_on_a_phone(house: House, look: Looker):
    window = look("spec_pmc")
    window.at(f"/requests/{house.draft}/edit")
    heights = [one.bounding_box() for one in window.page.locator(".section-title").all()]
    assert [box["height"] < 30 for box in heights if box] == [True] * 7


def test_post_and_name_stand_together_on_the_sheet(house: House, look: Looker):
    window = look("spec_pmc")
    window.at(f"/requests/{house.published}/sheet")
    gap = window.page.evaluate("""() => {
        const name = document.querySelector('.sheet-table .text-nowrap'), words = document.createTreeWalker(name.closest('td'), 4);
        while (words.nextNode() && !words.currentNode.data.trim());
        const range = document.createRange();
        range.selectNodeContents(words.currentNode);
        return name.getBoundingClientRect().top - range.getBoundingClientRect().bottom;
    }""")
    assert gap < 6


def test_a_page_without_a_column_beside_it_is_whole(house: House, look: Looker):
    window = look("spec_pmc")
    window.at(f"/requests/{house.draft}")
    window.wide(1280, 800)
    split, panel = boxes(window, ".split", ".split > .panel")
    assert abs(split["width"] - panel["width"]) < 1


def test_the_names_of_stages_break_between_words(app: Flask, settings: Settings, look: Looker):
    window = look("spec_pmc", of=assembler.create_app(replace(settings, demo=True)))
    window.wide(1280, 800)
    window.at("/styleguide")
    broken = window.page.evaluate("""() => [...document.querySelectorAll('.stage-title')].flatMap(one => {
        const text = one.firstChild;
        return [...text.data.matchAll(/[а-яё]+/gi)].filter(word => {
            const range = document.createRange();
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            return new Set([...range.getClientRects()].map(box => box.top)).size > 1;
        }).map(word => word[0]);
    })""")
    assert broken == []


def test_the_list_of_keys_says_what_of_it_is_russian(app: Flask, settings: Settings, look: Looker):
    window = look("spec_pmc", "en", of=assembler.create_app(replace(settings, demo=True)))
    window.at("/styleguide")
    told = window.page.evaluate("""() => [...document.querySelectorAll('[data-keys-list] li')].map(one =>
        [one.closest('[lang]').lang, /[а-яё]/i.test(one.textContent)])""")
    assert len(told) > 2
    assert [one for one in told if one != ["ru" if one[1] else "en", one[1]]] == []


IN_SIGHT = """() => [...document.querySelectorAll('.action-bar > .btn, .action-bar summary')].map(one => {
    const box = one.getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
})"""


@pytest.fixture
def at_the_deputy(a_request: Callable[..., EventRequest], office: Office) -> int:
    """The id of a request whose final approval waits for the deputy head."""
    request_id = a_request(venue=None).id
    office.submit(request_id)
    office.approve_by(request_id, "dir_pmc", "spec_omp")
    return request_id


def deputys(office: Office, request_id: int) -> Review:
    """The deputy head's review as it stands."""
    return office.read(lambda: office.review(request_id, "zam_soc"))  # type: ignore[no-any-return]


def test_the_bar_that_decides_is_in_the_first_screenful(house: House, look: Looker):
    window = look("dir_pmc")
    window.at(f"/reviews/{house.review}")
    for width, height in ((360, 640), (1280, 720)):
        window.wide(width, height)
        assert window.page.evaluate("scrollY") == 0
        assert window.page.evaluate(IN_SIGHT) == [True, True, True], width


def test_a_phone_shows_the_main_facts_in_two_columns(house: House, look: Looker):
    window = look("dir_pmc")
    window.at(f"/reviews/{house.review}")
    facts = [one.bounding_box() for one in window.page.locator(".facts-columns .fact").all()]
    assert len({round(box["x"]) for box in facts if box}) == 2
    assert [facts[at]["y"] == facts[at + 1]["y"] for at in (0, 2, 4)] == [True] * 3  # type: ignore[index]


@pytest.mark.parametrize("width", [360, 1280])
def test_every_final_approval_asks_before_it_is_sent(at_the_deputy: int, office: Office, look: Looker, width: int):
    review_id = deputys(office, at_the_deputy).id
    window = look("zam")
    window.at(f"/reviews/{review_id}")
    window.wide(width)
    assert window.page.evaluate(IN_SIGHT) == [True] * 4
    for step, button in (("Утвердить…", "Утвердить"), ("Утвердить с замечаниями…", "Утвердить с замечаниями")):
        window.page.locator("summary", has_text=step).first.click()
        (box,) = boxes(window, f".step[open] button:text-is('{button}')")
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert window.page.locator(".step[open]").count() == 1, "one question at a time"
    assert window.page.url.endswith(f"/reviews/{review_id}")


def test_the_key_of_the_final_approval_asks_and_enter_sends_nothing(at_the_deputy: int, office: Office, look: Looker):
    review_id = deputys(office, at_the_deputy).id
    window = look("zam")
    window.at(f"/reviews/{review_id}")
    window.page.wait_for_function("!document.querySelector('[data-keys]').hidden")
    window.page.keyboard.press("a")
    assert window.page.evaluate("scrollY") == 0, "one goes on reading where one was"
    assert window.page.evaluate("[document.activeElement.innerText, document.activeElement.parentElement.open]") == ["Утвердить…", True]
    window.page.keyboard.press("Enter")
    window.page.wait_for_timeout(300)
    assert deputys(office, at_the_deputy).state is ReviewState.OPEN


@pytest.mark.parametrize("language", ["ru", "en"])
def test_what_can_be_done_stands_beside_the_first_sentence(house: House, look: Looker, language: str):
    window = look("spec_pmc", language)
    window.at(f"/requests/{house.published}")
    for width, height in ((360, 800), (1280, 720)):
        window.wide(width, height)
        sentence, act, route = boxes(window, ".lead-words", ".acts .btn", "#route")
        assert sentence["y"] < act["y"] < route["y"], width
        assert act["y"] + act["height"] <= height, width
    copying = window.page.locator(".act").last
    copying.locator("summary").click()
    expect(copying.get_by_role("button")).to_be_visible()


SECTIONS = ("content", "schedule", "venue", "people", "money", "safety", "publicity")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_phone_shows_route_last_day_and_clash_in_every_section(
    house: House, a_request: Callable[..., EventRequest], office: Office, look: Looker, language: str
):
    office.submit(a_request().id)
    second = a_request().id
    window = look("spec_pmc", language)
    window.at(f"/requests/{second}/edit")
    said = window.page.locator(".gist").inner_text()
    assert all(
        word in said for word in (("Маршрут A", "подать не позже", "занята") if language == "ru" else ("Route A", "submit by", "taken"))
    )
    for section in SECTIONS:
        window.page.evaluate("one => { location.hash = one }", section)
        gist, heading = boxes(window, ".gist", f"#{section}")
        assert gist["y"] >= 0, section
        assert gist["y"] + gist["height"] <= heading["y"] + 1, f"{section} lies under what is known of the way"
        assert heading["y"] < 640, section
    window.wide(1280, 720)
    expect(window.page.locator(".gist")).to_be_hidden()
    (side,) = boxes(window, "#side")
    assert side["y"] < 720


def test_what_is_known_of_the_way_follows_what_is_typed(house: House, look: Looker):
    window = look("spec_pmc")
    window.at(f"/requests/{house.draft}/edit")
    expect(window.page.locator(".gist")).to_contain_text("Маршрут A")
    window.page.wait_for_function("!document.querySelector('[data-keys]').hidden")
    window.page.locator("[name=outdoor]").check()
    window.page.locator("[name=expected]").fill("90")
    expect(window.page.locator(".gist")).to_contain_text("Маршрут B")


def test_the_length_of_a_template_is_offered_as_the_end(a_request: Callable[..., EventRequest], office: Office, look: Looker):
    request_id = a_request(occurrences=()).id
    office.act(lambda now: setattr(db.session.get_one(EventRequest, request_id), "usual_minutes", 180))
    window = look("spec_pmc")
    window.at(f"/requests/{request_id}/edit")
    window.page.wait_for_function("!document.querySelector('[data-keys]').hidden")
    window.page.locator("[name=occurrences-0-day]").fill("2026-07-10")
    window.page.locator("[name=occurrences-0-begins]").fill("22:00")
    window.page.locator("[name=occurrences-0-begins]").dispatch_event("change")
    expect(window.page.locator("[name=occurrences-0-ends]")).to_have_value("01:00")
    expect(window.page.locator("[name=occurrences-0-last_day]")).to_have_value("2026-07-11")
    expect(window.page.locator("[name=occurrences-0-last_day]")).to_be_visible()


def test_an_error_of_a_date_opens_the_fold_with_its_cure(a_request: Callable[..., EventRequest], look: Looker):
    backwards = replace(an_occurrence(), ends_at=FIRST_START - timedelta(hours=16))
    request_id = a_request(venue=None, occurrences=(backwards,)).id
    window = look("spec_pmc")
    window.at(f"/requests/{request_id}/edit?missing=1")
    expect(window.page.locator("[name=occurrences-0-last_day]")).to_be_visible()
    expect(window.page.locator("#occurrences-0-ends-error")).to_contain_text("Если мероприятие заканчивается в другой день")
    window.page.evaluate("location.hash = 'occurrences-0-ends'")
    gist, name, error = boxes(window, ".gist", "label[for=occurrences-0-ends]", "#occurrences-0-ends-error")
    assert gist["y"] + gist["height"] <= name["y"] < error["y"], "what is wrong lies under what is known of the way"


def test_scripts_of_a_page_are_asked_for_before_the_first_has_come(house: House, look: Looker):
    """Shortcuts work from the first moment: no module waits for another to be read."""
    window, order = look("dir_pmc"), []
    window.page.on("request", lambda one: order.append(("asked", one.url)))
    window.page.on("requestfinished", lambda one: order.append(("came", one.url)))
    window.page.route("**/js/main.js*", late)
    window.at(f"/reviews/{house.review}")
    window.page.wait_for_function("!document.querySelector('[data-keys]').hidden")
    steps = [(step, re.search(r"/js/(\w+)\.js", url)) for step, url in order]
    scripts = [(step, found[1]) for step, found in steps if found]
    for module in ("keys", "keep", "typed", "bar"):
        assert scripts.index(("asked", module)) < scripts.index(("came", "main")), module
        assert scripts.count(("asked", module)) == 1, f"{module} was preloaded under another address"


def late(route: Route) -> None:
    """The first script comes half a second late."""
    time.sleep(0.5)
    route.fallback()


TYPE_AT_ONCE = """document.addEventListener('readystatechange', () => {
    if (document.readyState !== 'interactive') return;
    document.querySelector('[name=expected]').value = '600';
    document.querySelector('[name=outdoor]').checked = true;
})"""


def test_what_is_typed_before_the_scripts_have_come_is_saved_and_followed(house: House, look: Looker):
    window = look("spec_pmc")
    window.page.add_init_script(TYPE_AT_ONCE)
    with window.page.expect_response("**/autosave?section=people"):
        window.at(f"/requests/{house.draft}/edit")
    expect(window.page.locator(".gist")).to_contain_text("Маршрут B")


@pytest.mark.parametrize("width", [1280, 360])
def test_what_was_found_is_clean_and_the_slash_leads_to_the_line(house: House, look: Looker, width: int):
    window = look("admin")
    window.wide(width)
    window.at("/administration/units/")
    window.page.wait_for_function("!document.querySelector('[data-keys]').hidden")
    window.page.locator("main a[href*='/rows/']").first.focus()
    window.page.keyboard.press("/")
    if width < 768:
        window.page.wait_for_url("**/search")
    line = window.page.locator("input[name=text]:focus")
    line.fill("кировск/й")
    line.press("/")
    expect(line).to_have_value("кировск/й/")
    line.press("Escape")
    expect(window.page.locator("input[name=text][data-key]")).to_have_value("кировск/й/")
    assert window.page.evaluate("document.activeElement.matches('input')") is False
    window.page.keyboard.press("/")
    line.fill("кировск")
    line.press("Enter")
    window.page.wait_for_url("**/search?text=*")
    expect(window.page.locator("main h2").first).to_have_text("Заявки")
    assert faults_of(window, width) == []


# --- Every page of every role ----------------------------------------------------------------------------------------------------------

ROLES = (None, "spec_pmc", "dir_pmc", "spec_omp", "head_ozpb", "zam", "press", "lean", "admin")
"""A stranger, an author, the head, the coordinator, a department, the deputy head, the press service, an analyst, the administrator."""
LOOKS = tuple(product((1280, 360), ("light", "dark")))
WHOLE = os.environ.get("MARSHRUT_TESTS_LOOKS") == "all"
"""Every page of every role in every look; usually each page once, the looks taking turns, and of a further role what is its own."""
CUT = """() => [...document.querySelectorAll('body *:not(svg, svg *, select, .visually-hidden, .visually-hidden *)')].flatMap(one => {
    if (!one.checkVisibility() || one.closest('.sheet-table thead')?.clientHeight <= 1) return []; // there for those who listen
    const style = getComputedStyle(one), says = [...one.childNodes].some(part => part.nodeType === 3 && part.data.trim());
    const hidesAcross = ['hidden', 'clip'].includes(style.overflowX), hidesDown = ['hidden', 'clip'].includes(style.overflowY);
    if (says && hidesAcross && one.scrollWidth > one.clientWidth + 1) return [`cut at the side: ${one.innerText.slice(0, 60)}`];
    if (one.innerText && hidesDown && one.scrollHeight > one.clientHeight + 1) return [`cut below: ${one.innerText.slice(0, 60)}`];
    return [];
})"""


def faults_of(window: Look, width: int) -> list[str]:
    """What axe finds, a page wider than its window, text that is cut."""
    barriers = Axe().run(window.page).response["violations"]
    found = [f"{one['id']}: {[node['html'][:100] for node in one['nodes'][:3]]}" for one in barriers]
    if (needed := window.page.evaluate(TOO_WIDE)) > width:
        found.append(f"needs {needed}")
    return found + window.page.evaluate(CUT)


def test_every_page_of_every_role_is_clean_at_both_widths_light_and_dark(app: Flask, house: House, far_away: None, look: Looker):
    seen, titles, wrong, turn = set[str](), set[str](), [], 0
    for login in ROLES:
        window = look(login)
        for path in addresses(app, house):
            if not WHOLE and path in seen and not OWN.fullmatch(path):
                continue
            seen.add(path)
            answer = window.at(path)
            if not WHOLE and window.page.title() in titles and login is None:
                continue  # the sign-in page, to which a stranger is led from everywhere
            titles.add(window.page.title())
            turn += 1
            for width, scheme in LOOKS if WHOLE else LOOKS[turn % 4 :][:1]:
                window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                window.wide(width)
                place = f"{login} {path} at {width}, {scheme}, {answer.status if answer else None}"
                wrong += [f"{place}: {fault}" for fault in faults_of(window, width)]
        window.page.close()
    assert not wrong, "\n".join(wrong)
