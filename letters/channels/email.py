"""Letters: what a kind says as plain text and as simple HTML, with the very same words (`templates/letters/letter.*`)."""

from datetime import datetime

from events.outbox.channels.email import Letter
from events.outbox.notice import Notice
from letters import kinds
from letters.templates import letter_template
from presenters.language import gettext


def letter(notice: Notice, url: str, now: datetime) -> Letter:
    """The letter that leads to `url`, laid out twice."""
    said = kinds.said(notice, now)
    footer: str = gettext("“Marshrut” sends this letter because it concerns your work. Replies are not read: please answer on the page.")
    text, html = (
        letter_template(f"letter.{form}").render(said=said, bullet=kinds.BULLET, url=url, footer=footer) for form in ("txt", "html")
    )
    return Letter(said.subject, text, html, address=notice.account)
