"""References that lead somewhere and such as do not: citations of the practice, links, names of files."""

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / ".ci" / "references.py"
CHECK = runpy.run_path(str(SCRIPT))

TREE = {
    "docs/practice/cases.md": "# Settled cases\n\n## Route\n\n1. **One.** As after case 2.\n2. **Two.**\n\n## Time\n\n3. **Three.**\n",
    "docs/practice/calendar.md": "# Calendars\n\n## Rules\n\n1. **UID** for good.\n2. See rule 1.\n",
    "docs/practice/reliability.md": "# Never\n\n## 1. Facts\n\n1. First.\n2. Second.\n\n## 2. Invariants\n\n- **I1** own\n\n"
    "## 3. Failures\n\n| | what |\n|---|---|\n| T1 | keys |\n\n## 4. Security baseline\n\n1. Accounts.\n",
    "docs/practice/domain.md": "# Domain\n\n## 2. Process\n\n### 2.1 Life\n\n| | metric |\n|---|---|\n| M1 | time |\n",
    "docs/practice/style.md": "# Style\n\n## Habits\n\n1. **Views.**\n",
    "docs/architecture.md": "# House\n\n## Lock order\n\n```\n# no heading\n9. no item\n```\n",
    "docs/decisions/001-rules.md": "# 001\n",
    "docs/screens/desk.png": "",
    "events/requests/rules.py": "",
    "tests/invariants/test_i01_own.py": "class TestOwn:\n    def test_i1_nobody(self) -> None:\n",
    "README.md": "# Product\n",
}
"""A small repository by path."""


def missing(text: str, path: str = "events/approvals/route.py") -> list[str]:
    """What the references of one more file look for in vain."""
    return [one.missing for one in CHECK["references"]({**TREE, path: text}) if one.missing and one.path == path]


@pytest.mark.parametrize(
    "text",
    [
        '"""cases.md 1, case 2, cases 1-3; `cases.md` 1 and 3."""',
        '"""calendar.md rule 2; calendar.md 1, 2; reliability.md 1.1-1.2, T1; baseline 1, I1."""',
        '"""domain.md section 2, domain.md sections 2 and 2.1, M1."""',
        '"""style.md habit 1; style.md 1; habit 1; decision 001; docs/architecture.md, «Lock order»; cases.md, «Time» 3."""',
        "# the lock (architecture.md,\n# «Lock order») and cases.md\n# 2, RFC 5545, section 3.8, is no page of ours\n",
        '<path d="M9 9T40 2">, "T99" and "I77" are no labels, and `templates/` no folder of this tree',
        "`events/requests/rules.py`, `events/requests/`",
    ],
)
def test_reference_that_leads_somewhere(text: str) -> None:
    assert missing(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cases.md 4", "4 in docs/practice/cases.md, where it stands 0 times"),
        ("cases 2-4", "case 4 in docs/practice/cases.md, where it stands 0 times"),
        ("cases.md\n# 9", "9 in docs/practice/cases.md, where it stands 0 times"),
        ("reliability.md 1", "1 in docs/practice/reliability.md, where it stands 2 times"),
        ("reliability.md 1.3", "1.3 in docs/practice/reliability.md, where it stands 0 times"),
        ("baseline 2", "baseline 2 in docs/practice/reliability.md, where it stands 0 times"),
        ("domain.md section 2.2", "section 2.2 in docs/practice/domain.md, where it stands 0 times"),
        ("calendar.md rule 3", "rule 3 in docs/practice/calendar.md, where it stands 0 times"),
        ("rule 1", "the page whose rule it is"),
        ("I2", "I2 in docs/practice/, where it stands 0 times"),
        ("decision 002", "docs/decisions/002-*.md"),
        ("architecture.md, «Locks»", "«Locks» in docs/architecture.md, where it stands 0 times"),
        ("architecture.md 9", "9 in docs/architecture.md, where it stands 0 times"),
        ("design.md section 3", "a page design.md, of which there are 0"),
        ("issue 7", "a page of this repository instead of a paper elsewhere"),
        ("../shared/cases.md", "a page of this repository instead of a paper elsewhere"),
        ("`events/approvals/`, `events/forms/fields.py`", "a file or folder events/forms/fields.py"),
    ],
)
def test_reference_that_leads_nowhere(text: str, wanted: str) -> None:
    assert wanted in missing(text)


def test_pages_link_and_name_what_is_there() -> None:
    page = "docs/more.md"
    assert missing("[a](architecture.md#lock-order) [b](practice/) [c](https://else.example/x.md) ![d](screens/desk.png)", page) == []
    assert missing("`rules.py`, `requests/rules.py`, `requests/`, `instance/mail/`, `/sign-in`", page) == []
    assert missing("`test_i01`, `tests/*/test_i*.py`, and rules.py in a drawing", page) == []
    assert (
        missing("`test_i01_own.py::TestOwn::test_i1_*`, `invariants/test_i01_own.py::test_i1*`, `tests/*/test_i01*.py::TestOwn`", page)
        == []
    )
    assert missing("[a](architecture.md#locks)", page) == ["#locks in docs/architecture.md"]
    assert missing("[a](gone.md)", page) == ["docs/gone.md"]
    assert missing("`laws.py`, `requests/old/`, `test_i02`", page) == [
        "a file or folder laws.py",
        "a file or folder requests/old/",
        "a file or folder test_i02",
    ]
    assert missing("`test_i01_own.py::TestMine`, `test_i01_own.py::TestOwn::test_i2*`, `test_i02.py::test_i2`", page) == [
        "TestMine in test_i01_own.py",
        "test_i2* in test_i01_own.py",
        "a file or folder test_i02.py",
    ]


def test_place_of_a_dangling_reference_is_told() -> None:
    (found,) = (one for one in CHECK["references"]({**TREE, "app.py": '"""One.\n\nTwo (cases.md 40)."""\n'}) if one.path == "app.py")
    assert found[:3] == ("app.py", 3, "cases.md 40")


def test_everything_that_is_cited_here_is_there() -> None:
    checked = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout.splitlines()[:-1]) == (0, [])
