"""What is drawn in place."""

import pytest

from views import drawing


def test_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in drawing.icon("check-lg")
    assert 'role="img" aria-label="&lt;готово&gt;"' in drawing.icon("check-lg", "<готово>")


def test_icon_unknown_is_a_fault_of_the_page():
    with pytest.raises(KeyError):
        drawing.icon("no-such-icon")
