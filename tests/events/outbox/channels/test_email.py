"""Letters on the wire: one address, no header of a stranger's making, one Message-ID per row (reliability.md 1.7, T10)."""

import email
import email.policy
import random
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from hypothesis import given, settings
from hypothesis import strategies as st

from events.outbox.channels import Interrupted, Undeliverable, Unreachable
from events.outbox.channels.email.files import FileChannel
from events.outbox.channels.email.letter import Letter, checked_address, compose, header
from events.outbox.channels.email.smtp import SmtpChannel, read_server

SENDER, HOST, TO = "marshrut@demo.example", "marshrut.demo.example", "spec_pmc@demo.example"
LETTER = Letter("Виза до вт 18:00: Квиз «Кировский район: за кадром» (ММ-ПМЦ-0123/2026)", "Здравствуйте!\n", "<p>Здравствуйте!</p>")


@dataclass
class Box:
    """What a mail server received."""

    letters: list[tuple[list[str], bytes]] = field(default_factory=list)
    answer: str = "250 taken"
    to_recipient: str = "250 known"
    to_sender: str = "250 known"
    hung_up: int = 0
    """So many letters with which the server hangs up instead of answering."""

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        """Hear who writes."""
        envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]) -> str:
        """Hear whom it is for."""
        envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        """Keep the letter, unless told to answer otherwise."""
        if self.hung_up:
            self.hung_up -= 1
            server.transport.abort()
        elif self.answer.startswith("250"):
            self.letters.append((envelope.rcpt_tos, envelope.content))
        return self.answer


def free_port() -> int:
    """A port nobody listens on; aiosmtpd cannot choose one itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def box() -> Box:
    """An empty box."""
    return Box()


@pytest.fixture
def server(box: Box) -> Iterator[str]:
    """A real mail server; its address."""
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


def read(raw: bytes) -> EmailMessage:
    """What the recipient's program reads."""
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]  # the policy's own class


def test_smtp_delivers_the_same_words_twice_and_says_it_is_a_machine(server: str, box: Box):
    channel = SmtpChannel(server, SENDER, HOST)
    channel.send(LETTER, TO, "message-00000017")
    channel.close()
    [(recipients, raw)] = box.letters
    seen = read(raw)
    assert recipients == [TO]
    assert seen["Subject"] == LETTER.subject
    assert seen["Message-ID"] == "<message-00000017@marshrut.demo.example>"
    assert seen["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in seen
    plain, html = seen.get_body(("plain",)), seen.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().strip() == "Здравствуйте!"
    assert html.get_content().strip() == "<p>Здравствуйте!</p>"


def test_smtp_keeps_one_connection_and_survives_the_server_hanging_up(server: str, box: Box):
    with closing(SmtpChannel(server, SENDER, HOST)) as channel:
        for number in range(3):
            channel.send(LETTER, TO, f"message-{number}")
        assert channel._connection is not None
        channel._connection.close()
        channel.send(LETTER, TO, "message-3")
    assert len(box.letters) == 4


def test_smtp_absent_server_is_unreachable():
    with pytest.raises(Unreachable):
        SmtpChannel(f"smtp://127.0.0.1:{free_port()}", SENDER, HOST).send(LETTER, TO, "message-1")


@pytest.mark.parametrize(("answer", "error"), [("550 no", Undeliverable), ("451 later", Undeliverable), ("421 closing", Interrupted)])
@pytest.mark.parametrize("asked", ["answer", "to_recipient"])
def test_smtp_answers_are_told_apart(server: str, box: Box, asked: str, answer: str, error: type[Exception]):
    setattr(box, asked, answer)
    with closing(SmtpChannel(server, SENDER, HOST)) as channel, pytest.raises(error) as caught:
        channel.send(LETTER, TO, "message-1")
    assert type(caught.value) is error
    assert TO not in str(caught.value)


@pytest.mark.parametrize(("answer", "error"), [("550 no", Unreachable), ("421 closing", Unreachable), ("552 too large", Undeliverable)])
def test_smtp_refusal_of_our_own_address_blames_no_letter_but_its_size_does(server: str, box: Box, answer: str, error: type[Exception]):
    box.to_sender = answer
    with closing(SmtpChannel(server, SENDER, HOST)) as channel, pytest.raises(error) as caught:
        channel.send(LETTER, TO, "message-1")
    assert type(caught.value) is error


def test_smtp_hanging_up_with_a_letter_in_hand_counts_against_it_and_the_next_goes_out(server: str, box: Box):
    box.hung_up = 1
    with closing(SmtpChannel(server, SENDER, HOST)) as channel:
        with pytest.raises(Interrupted, match="SMTPServerDisconnected"):
            channel.send(LETTER, TO, "message-1")
        channel.send(LETTER, TO, "message-2")
    assert len(box.letters) == 1


def test_smtp_hanging_up_before_any_letter_is_unreachable():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        greeter = threading.Thread(target=_greet_and_go, args=[listener])
        greeter.start()
        with pytest.raises(Unreachable):
            SmtpChannel(f"smtp://127.0.0.1:{listener.getsockname()[1]}?starttls=0", SENDER, HOST).send(LETTER, TO, "message-1")
        greeter.join()


def _greet_and_go(listener: socket.socket) -> None:
    """A server that says its name and no more."""
    with listener.accept()[0] as connection:
        connection.sendall(b"220 mail.example ESMTP\r\n")


def test_smtp_demanded_tls_is_not_forgone(server: str):
    with pytest.raises(Unreachable):
        SmtpChannel(f"{server}?starttls=1", SENDER, HOST).send(LETTER, TO, "message-1")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that nobody trusts yet, with its key in the same file."""
    path = tmp_path / "server.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-keyout", path, "-out", tmp_path / "c.pem", *subject]
    subprocess.run(made, check=True, capture_output=True)
    path.write_text(path.read_text() + (tmp_path / "c.pem").read_text())
    return path


def test_smtp_takes_offered_tls_and_verifies_it(box: Box, certificate: Path, monkeypatch: pytest.MonkeyPatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True)
    controller.start()
    try:
        url = f"smtp://127.0.0.1:{controller.port}"
        with pytest.raises(Unreachable):
            SmtpChannel(url, SENDER, HOST).send(LETTER, TO, "message-1")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with closing(SmtpChannel(url, SENDER, HOST)) as channel:
            channel.send(LETTER, TO, "message-1")
    finally:
        controller.stop()
    assert len(box.letters) == 1


def test_server_address_is_read_whole_and_never_repeats_the_password():
    server = read_server("smtps://user%40host:p%3Aw@mail.example?starttls=0")
    assert (server.host, server.port, server.implicit_tls, server.user, server.password) == ("mail.example", 465, True, "user@host", "p:w")
    assert "p:w" not in repr(server)
    with pytest.raises(ValueError, match="MARSHRUT_SMTP_URL"):
        read_server("http://mail.example")


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example, evil@x.example", "a@b.example\r\nBcc: evil@x.example", "Имя <a@b.example>", "", "@b.example", "a@", "a b@c.example",
        "a@b..example", "a@[127.0.0.1]", '"a@x"@b.example', "a@b.example;c@d.example", "x" * 65 + "@b.example", "иван@b.example",
    ],
)  # fmt: skip
def test_t10_only_one_plain_address_is_taken(address: str):
    with pytest.raises(Undeliverable):
        checked_address(address)


def test_domain_in_cyrillic_goes_as_ascii():
    assert checked_address("a@пример.рф") == "a@xn--e1afmkfd.xn--p1ai"


EVIL = (
    "=?utf-8?q?a=0d=0aBcc:_evil@x.example?=",
    "a\r\nBcc: evil@x.example",
    "a\nBcc: e@x.example",
    "a\rBcc: e@x.example",
    "a\x00b\x85c\u2028Bcc: d",
)


@pytest.mark.parametrize("subject", [*EVIL, *(evil * 40 for evil in EVIL), "Ы" * 900, "слово " * 120, "🎉" * 200])
def test_t10_subject_starts_no_other_header(subject: str):
    _assert_harmless(subject)


@settings(deadline=None)
@given(
    st.text(st.characters(), max_size=300)
    | st.lists(st.sampled_from([*EVIL, "Привет ", "?=", "=?", "\r\n", " "]), max_size=20).map("".join)
)
def test_t10_any_subject_is_harmless(subject: str):
    _assert_harmless(subject)


WORDS = [
    "День", "молодёжи", "«Кировский", "район:", "за", "кадром»", "—", "ММ-ПМЦ-0123/2026", "виза", "18:00", "a,", "(x)", ";", "@", '"', "🎉",
    "é", "_", "=20", "<a>", "\\", "№", "…", "--", "Достопримечательности", "человеконенавистничествующий",
]  # fmt: skip


def test_subject_arrives_with_every_space_it_had():
    chance = random.Random(17)
    for _ in range(500):
        subject = " ".join(chance.choice(WORDS) for _ in range(chance.randrange(40)))
        raw = compose(Letter(subject, ""), TO, "message-1", sender=SENDER, host=HOST).as_bytes()
        assert str(make_header(decode_header(email.message_from_bytes(raw)["Subject"]))) == subject
        assert read(raw)["Subject"] == subject
        assert max(map(len, raw.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 76


def test_subject_in_plain_latin_stays_readable():
    raw = compose(Letter("Approval by Tue 18:00", ""), TO, "message-1", sender=SENDER, host=HOST).as_bytes()
    assert b"\r\nSubject: Approval by Tue 18:00\r\n" in raw


OURS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"]


def _assert_harmless(subject: str) -> None:
    """The headers are ours, the lines are short, and the words come back."""
    raw = compose(Letter(subject, subject, f"<p>{subject}</p>"), TO, "message-1", sender=SENDER, host=HOST).as_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    names = [line.split(b":", 1)[0].decode() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert names == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "MIME-Version",
        "Content-Type",
    ]
    assert b"\r" not in head.replace(b"\r\n", b"")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    again = read(raw)
    assert again["Bcc"] is None
    assert again["Subject"] == header(subject)
    assert str(make_header(decode_header(email.message_from_bytes(raw)["Subject"]))) == header(subject)


def test_file_is_whole_named_by_the_row_and_replaced_by_a_retry(tmp_path: Path):
    channel = FileChannel(tmp_path / "mail", SENDER, HOST)
    for _ in range(2):
        channel.send(LETTER, TO, "message-00000017")
    assert [path.name for path in (tmp_path / "mail").iterdir()] == ["message-00000017.eml"]
    assert read((tmp_path / "mail" / "message-00000017.eml").read_bytes())["Subject"] == LETTER.subject


def test_file_that_cannot_be_written_waits(tmp_path: Path):
    (tmp_path / "mail").write_text("not a folder")
    with pytest.raises(Unreachable):
        FileChannel(tmp_path / "mail", SENDER, HOST).send(LETTER, TO, "message-1")
