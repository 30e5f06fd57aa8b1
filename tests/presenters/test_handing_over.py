"""The stage itself: what the client refuses to see handed to a template."""

from events.foundation.text import N_
from events.requests.vocabulary import Section
from tests.fixtures.handing_over import raw_values
from views.choices import Choice


def test_raw_dictionary_is_found_wherever_it_is_hidden():
    assert raw_values({"row": {"url": "/"}}) == ["row: a raw dictionary ['url']"]
    assert raw_values({"rows": [({"url": "/"},)]}) == ["rows[][]: a raw dictionary ['url']"]
    assert raw_values({"choice": Choice({"en": "All"}, "/")}) == ["choice.label: a raw dictionary ['en']"]  # type: ignore[arg-type]  # on purpose


def test_typed_values_pass():
    plain = {"title": N_("Round %(no)s", no=1), "by_section": {Section.VENUE: [1]}, "by_id": {7: "Зал"}, "choice": Choice("Все", "/")}
    assert raw_values(plain) == []
