"""Letters: what a kind says as plain text and as simple HTML, with the very same words (`templates/letters/letter.*`)."""

from datetime import datetime

from flask import current_app
from flask_babel import gettext

from events.outbox.channels.email import Letter
from events.outbox.notice import Notice
from letters import kinds


def letter(notice: Notice, url: str, now: datetime) -> Letter:
    """The letter that leads to `url`, laid out twice."""
    said = kinds.said(notice, now)
    laid = {
        **vars(said),
        "bullet": kinds.BULLET,
        "url": url,
        "footer": gettext("“Marshrut” sends this letter because it concerns your work. Replies are not read: please answer on the page."),
    }
    text, html = (current_app.jinja_env.get_template(f"letters/letter.{form}").render(laid) for form in ("txt", "html"))
    return Letter(said.subject, text, html, address=notice.account)
