"""How people are called."""

from types import SimpleNamespace

import pytest

from events.people.vocabulary import UnitKind
from presenters import people
from tests.fixtures.demo_rows import plain

pytestmark = pytest.mark.usefixtures("in_russian")


def test_every_unit_can_be_awaited_in_good_russian():
    kinds = {row["ru"]: row for row in plain()["units"]}
    said = {name: people.accusative(SimpleNamespace(short_name=name, kind=UnitKind(row["kind"]))) for name, row in kinds.items()}  # type: ignore[arg-type]  # all it asks for
    assert said["Пресс-служба"] == "пресс-службу"
    assert said["Глава администрации района"] == "главу администрации района"
    assert said["Заместитель главы администрации (социальный блок)"] == "заместителя главы администрации (социальный блок)"
    assert said["Юридический отдел"] == "юридический отдел"
    assert said["Отдел культуры"] == "отдел культуры"
    assert people.accusative(SimpleNamespace(short_name="Спортивная школа", kind=UnitKind.INSTITUTION)) == "Спортивную школу"  # type: ignore[arg-type]  # as above
