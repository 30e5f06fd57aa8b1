"""The drawing of imports: its arrows, a circle, and a page that no longer holds it."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / ".ci" / "drawing.py"
CHECK = runpy.run_path(str(SCRIPT))
TREE = {
    "app.py": "from views import desk\n",
    "views/__init__.py": "",
    "views/desk.py": "from events.people import queries\nfrom events.foundation.db import db\n",
    "events/__init__.py": "",
    "events/people/__init__.py": "",
    "events/people/queries.py": "from typing import TYPE_CHECKING\nfrom events.foundation import db\n"
    "if TYPE_CHECKING:\n    from views.desk import Page\n",
    "events/foundation/__init__.py": "",
    "events/foundation/db.py": "db = 1\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small product."""
    for path, text in TREE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_arrow_that_another_way_implies_is_left_out(tree: Path):
    drawn = CHECK["rooms"](CHECK["imports"](tree))
    assert drawn == {"app": {"views"}, "views": {"people", "foundation"}, "people": {"foundation"}, "foundation": set()}
    assert CHECK["direct"](drawn) == {"app": {"views"}, "views": {"people"}, "people": {"foundation"}, "foundation": set()}


def test_circle_of_modules_inside_a_room_is_named(tree: Path):
    assert CHECK["circle"](CHECK["imports"](tree)) == []
    (tree / "events/people/rules.py").write_text("from events.people import queries\n")
    with (tree / "events/people/queries.py").open("a") as queries:
        queries.write("def later():\n    from events.people import rules\n")
    assert set(CHECK["circle"](CHECK["imports"](tree))) == {"events.people.queries", "events.people.rules"}
    told = subprocess.run([sys.executable, SCRIPT, "--root", tree], capture_output=True, text=True, check=False)
    assert told.returncode == 1
    assert "a circle: " in told.stdout


def test_page_holds_the_drawing_of_today():
    told = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout
