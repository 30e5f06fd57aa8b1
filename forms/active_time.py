"""What the script of a page reports of the work on it."""

from forms.fields import BaseForm, WholeField


class ActiveTimeForm(BaseForm):
    """How long the page was worked on since the last report; 0 at opening."""

    nonce = None
    active_seconds = WholeField(most=24 * 3600)

    def seconds(self) -> int:
        """What is reported; 0 where it cannot be read."""
        return self.active_seconds.data or 0 if self.validate_on_submit() else 0
