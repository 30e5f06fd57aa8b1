"""Letters as files, where no mail server is set."""

import os
from dataclasses import dataclass
from pathlib import Path

from events.outbox.channels import Unreachable
from events.outbox.channels.email.letter import Letter, compose
from events.outbox.vocabulary import ChannelKind


@dataclass
class FileChannel:
    """Letters as .eml files, named by their rows: a repeated one replaces itself."""

    folder: Path
    sender: str
    host: str
    kind = ChannelKind.EMAIL

    def send(self, letter: Letter, address: str, message_id: str) -> None:
        """Write the file whole or not at all."""
        data = compose(letter, address, message_id, sender=self.sender, host=self.host).as_bytes()
        part = self.folder / f".{message_id}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.folder / f"{message_id}.eml")
        except OSError as error:
            raise Unreachable(type(error).__name__) from error

    def close(self) -> None:
        """Nothing is kept open."""
