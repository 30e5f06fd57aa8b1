"""The guides in a real browser: by the keyboard, on a phone, on paper."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.fixtures.cast import Cast
from tests.fixtures.looking import Look

pytestmark = [pytest.mark.browser, pytest.mark.engines("sqlite")]


def test_one_key_leads_to_the_heading_about_the_page(cast: Cast, look: Callable[..., Look]):
    window = look("spec_pmc")
    window.at("/desk")
    window.page.wait_for_load_state("networkidle")
    window.page.keyboard.press("h")
    expect(window.page).to_have_url(re.compile("/help/everyone#desk$"))
    expect(window.page.locator("#desk")).to_be_in_viewport()


def test_contents_are_folded_on_a_phone_beside_the_text_elsewhere_and_not_on_paper(cast: Cast, look: Callable[..., Look]):
    window = look("spec_pmc")
    window.at("/help/specialist")
    first = window.page.locator(".guide-contents a").first
    expect(first).to_be_hidden()
    window.page.locator(".guide-contents summary").click()
    expect(first).to_be_visible()
    window.page.reload()
    window.wide(1280)
    expect(first).to_be_visible()
    window.page.emulate_media(media="print")
    expect(first).to_be_hidden()
    expect(window.page.locator(".foot")).to_be_hidden()
    expect(window.page.locator("#returned")).to_be_visible()
