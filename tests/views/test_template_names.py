"""What a template says of a name that nothing gives it."""

import pytest
from flask import Flask, render_template_string
from jinja2 import UndefinedError


@pytest.mark.engines("sqlite")
@pytest.mark.parametrize(
    "misspelt", ["{{ titel }}", "{{ day.yaer }}", "{% for row in rowz %}{% endfor %}", "{{ rowz|length }}", "{{ 'a' ~ titel }}"]
)
def test_a_name_that_nothing_gives_stops_the_page_where_it_is_shown(app: Flask, misspelt: str):
    with app.test_request_context(), pytest.raises(UndefinedError):
        render_template_string(misspelt, day=1)


@pytest.mark.engines("sqlite")
def test_a_name_that_nothing_gives_may_be_asked_about(app: Flask):
    with app.test_request_context():
        assert render_template_string("{% if refusal or refusal is defined %}no{% else %}{{ refusal or 'none' }}{% endif %}") == "none"
