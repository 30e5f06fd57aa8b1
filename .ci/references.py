"""Does every reference lead somewhere? Citations of the practice, links and names of files, in every text of the tree.

`docs/practice/README.md` tells how the practice is cited; here is how a citation is read:
1. `cases.md 8, 12`, `reliability.md 1.4-1.6`, `domain.md section 2.3`, `architecture.md, «Lock order»`: a page, and what of it is meant;
2. `case 8`, `habit 10`, `baseline 6`, `decision 002`: the word names the page; a bare rule or section is one of the page it stands on;
3. `I1`, `T25`, `M4`: labels, of which the whole practice has each once;
4. `test_dates.py::TestPostponed::test_case_36*`: a test, or a class of them, by a file that has it.
A number that stands twice is ambiguous and fails as well. Numbers of a tracker and papers elsewhere can be opened by nobody.
"""

import os
import posixpath
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PRACTICE = "docs/practice/"
LEFT_OUT = ("requirements*.txt", "translations/*", "data/*.json", "tests/ci/test_references.py")
"""Hashes, sentences of the screen and data cite nothing; the test of this check cites what is not there."""
MADE = ("instance/", ".venv/")
"""Folders whose files come into being on the machine they run on."""
SUFFIXES = (".py", ".html", ".css", ".js", ".json", ".sql", ".toml", ".po", ".in")

WORDS = {"case": "cases.md", "habit": "style.md", "baseline": "reliability.md", "rule": "", "section": ""}
"""Words that name what is numbered, and the page they mean by themselves; «»: the page they stand on."""
NUMBER = r"\d+(?:\.\d+)?"
GAP = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*(?:(?:\#|//|\*)[^\S\n]*)?)"
"""Blanks between the words of a citation, or the end of a line with the mark of a comment that goes on."""
SPAN = rf"{NUMBER}(?:[-–]{NUMBER})?"
SPANS = rf"{SPAN}(?:(?:,|{GAP}and){GAP}{SPAN})*"
CITATION = re.compile(
    rf"""
    (?P<outside>\b[Ii]ssues?{GAP}\#?\d+|(?:\.\./)+shared\b|(?<![\w/])shared/\w[\w.]*)
    | (?<![\w/:.-])(?P<page>[\w./-]*\w\.md)\b[`\]]*
        (?:,?{GAP}(?:(?P<of_page>(?i:{"|".join(WORDS)}))s?{GAP})?(?P<numbers>{SPANS}))?
        (?:,{GAP}«(?P<heading>[^»]+)»(?:{GAP}(?P<item>\d+))?)?
    | (?<!RFC\ \d{{4}}\ )(?<!RFC\ \d{{4}},\ )\b(?P<word>(?i:{"|".join(WORDS)}))s?{GAP}(?P<listed>{SPANS})
    | \b[Dd]ecisions?{GAP}(?P<decision>\d{{3}})\b
    | (?<![\w./])(?:(?<!["'])|(?<="{{3}}))(?P<label>[ITM]\d{{1,2}})(?!\w)(?:(?!["'])|(?="{{3}}))
    """,
    re.VERBOSE,
)
DRAWING = re.compile(r'\bd="[^"]*"')
"""The path of a drawing reads «M5 25 9.5 8»."""
LINK = re.compile(r"(?<=\])\((?![a-z]+:)([^()\s#]*)(#[^()\s]*)?\)")
NAMED = re.compile(r"`([\w.*-]+(?:/[\w.*-]+)*/?)`|(?<![\w./@`*-])([\w-]+(?:/[\w.-]+)*\.py)\b")
INSIDE = re.compile(r"`([\w.*/-]+\.py)::([\w*]+)(?:::([\w*]+))?`")
DEFINED = re.compile(r"^ *(?:def|class) (\w+)", re.MULTILINE)
HEADING = re.compile(rf"(#+) (?:({NUMBER})\.? )?(.+)")
ITEM = re.compile(r"(\d+)\. ")
LABELLED = re.compile(r"(?:- \*\*|\| )([ITM]\d+)\b")


class Reference(NamedTuple):
    """One reference where it stands; `missing` is what was looked for in vain, «» when it leads somewhere."""

    path: str
    line: int
    words: str
    missing: str


def main() -> int:
    """Print every reference that leads nowhere; the exit status says whether there is any."""
    found = list(references(read_tree(ROOT)))
    dangling = [one for one in found if one.missing]
    sys.stdout.writelines(f"{one.path}:{one.line}: «{one.words}» leads nowhere: looked for {one.missing}\n" for one in dangling)
    sys.stdout.write(f"references: {len(found)}, of which {len(dangling)} lead nowhere\n")
    return bool(dangling)


def read_tree(root: Path) -> dict[str, str]:
    """What stands below `root` by its path there, a picture as «»; of what is made on the machine only the README that tells of it."""
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [one for one in folders if one == ".ci" or not one.startswith((".", "__"))]
        for name in names:
            path = (Path(folder) / name).relative_to(root).as_posix()
            if not path.startswith(MADE) or name == "README.md":
                found[path] = ""
                with suppress(UnicodeDecodeError):
                    found[path] = (Path(folder) / name).read_text()
    return found


def references(texts: Mapping[str, str]) -> Iterator[Reference]:
    """Every reference in the texts of a tree, by path."""
    tree = Tree(texts)
    for path, text in sorted(texts.items()):
        if any(fnmatchcase(path, one) for one in LEFT_OUT):
            continue
        plain = DRAWING.sub(_blank, text)
        if path.endswith(".md"):
            for match in LINK.finditer(plain):
                yield _reference(path, text, match, tree.missing_target(path, match[1], match[2] or ""))
            plain = LINK.sub(_blank, plain)
        for match in CITATION.finditer(plain):
            yield _reference(path, text, match, tree.missing_citation(path, match))
        for match in NAMED.finditer(plain):
            if _claims(match[1] or match[2], path, tree.tops):
                yield _reference(path, text, match, tree.missing_name(match[1] or match[2]))
        for match in INSIDE.finditer(plain):
            yield _reference(path, text, match, tree.missing_inside(match[1], [one for one in match.groups()[1:] if one]))


class Tree:
    """What can be referred to: files, folders, and the places of the pages."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._files = frozenset(texts)
        self._folders = frozenset(parent for path in texts for parent in _parents(path))
        self._places = {path: _places(text) for path, text in texts.items() if path.endswith(".md")}
        self.tops = frozenset(path.split("/")[0] for path in texts if "/" in path)

    def missing_target(self, source: str, target: str, anchor: str) -> str:
        """What a link of a page looks for in vain."""
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), target)) if target else source
        if path not in self._files | self._folders:
            return path
        return f"{anchor} in {path}" if anchor and not self._places.get(path, Counter())[anchor] else ""

    def missing_name(self, name: str) -> str:
        """What the name of a file, a folder or a test looks for in vain."""
        wanted = name.rstrip("/")
        known = self._folders if name.endswith("/") else self._files | self._folders
        if wanted.startswith("test_") and not wanted.endswith(".py"):
            wanted = f"{wanted}*.py"
        return "" if any(fnmatchcase(f"/{one}", f"*/{wanted}") for one in known) else f"a file or folder {name}"

    def missing_inside(self, name: str, wanted: Sequence[str]) -> str:
        """The file of a test, or the first class or function of it, that is looked for in vain."""
        files = [path for path in self._files if fnmatchcase(f"/{path}", f"*/{name}")]
        defined = {one for path in files for one in DEFINED.findall(self._texts[path])}
        lost = next((one for one in wanted if not any(fnmatchcase(known, one) for known in defined)), "")
        return f"{lost} in {name}" if files and lost else "" if files else f"a file or folder {name}"

    def missing_citation(self, source: str, cited: re.Match[str]) -> str:
        """What a citation looks for in vain."""
        if cited["outside"]:
            return "a page of this repository instead of a paper elsewhere"
        if cited["decision"]:
            number = f"docs/decisions/{cited['decision']}-"
            return "" if any(path.startswith(number) for path in self._files) else f"{number}*.md"
        if cited["label"]:
            label = cited["label"]
            times = sum(places[label] for path, places in self._places.items() if path.startswith(PRACTICE))
            return "" if times == 1 else f"{label} in {PRACTICE}, where it stands {times} times"
        return self._missing_of_page(source, cited)

    def _missing_of_page(self, source: str, cited: re.Match[str]) -> str:
        """The page, or the first of its places, that is not there or not there alone."""
        word = (cited["word"] or cited["of_page"] or "").lower()
        name = cited["page"] or WORDS[word] or (source if source.startswith(PRACTICE) else "")
        pages = self._pages(source, name)
        if len(pages) != 1:
            return f"a page {name}, of which there are {len(pages)}" if name else f"the page whose {word} it is"
        wanted = [f"{word} {one}".strip() for one in _numbers(cited["numbers"] or cited["listed"] or "")]
        if cited["heading"]:
            wanted.append(f"«{cited['heading']}» {cited['item'] or ''}".strip())
        places = self._places[pages[0]]
        return next((f"{one} in {pages[0]}, where it stands {places[one]} times" for one in wanted if places[one] != 1), "")

    def _pages(self, source: str, name: str) -> list[str]:
        """The pages a name may mean: the one beside the source or at that path, else all so called."""
        if not name:
            return []
        for path in (posixpath.normpath(posixpath.join(posixpath.dirname(source), name)), name):
            if path in self._places:
                return [path]
        return [path for path in self._places if path.endswith(f"/{name}")]


def _places(page: str) -> Counter[str]:
    """What can be cited of a page, and how often it stands there: sections, items by number, word or section, labels, headings, anchors."""
    found: Counter[str] = Counter()
    above: dict[int, str] = {}
    section, fenced = "", False
    for line in page.splitlines():
        fenced ^= line.startswith("```")
        if fenced:
            continue
        if heading := HEADING.match(line):
            depth, section, title = len(heading[1]), heading[2] or "", heading[3]
            above = {level: words for level, words in above.items() if level < depth} | {depth: title}
            found.update([f"section {section}"] * bool(section) + [f"«{title}»", _anchor(line)])
        elif item := ITEM.match(line):
            number, titles = item[1], " ".join(above.values()).lower()
            found.update([number, f"«{above[max(above)]}» {number}", *(f"{word} {number}" for word in WORDS if word in titles)])
            found.update([f"{section}.{number}"] * bool(section))
        elif label := LABELLED.match(line):
            found.update([label[1]])
    return found


def _anchor(heading: str) -> str:
    """The anchor of a heading as the hosts of Git make it."""
    return "#" + re.sub(r"[^\w\s-]", "", heading.lstrip("# ").lower()).strip().replace(" ", "-")


def _numbers(listed: str) -> Iterator[str]:
    """Each number of «8, 12 and 24-28» or «1.4-1.6»."""
    for span in re.findall(SPAN, listed):
        first, _, last = span.replace("–", "-").partition("-")
        chapter, dot, start = first.rpartition(".")
        end = (last or first).rpartition(".")[2]
        yield from [f"{chapter}{dot}{number}" for number in range(int(start), int(end) + 1)] or [span]


def _claims(name: str, path: str, tops: frozenset[str]) -> bool:
    """Whether the name says that a file or folder of ours is there; outside pages only what begins with a folder of the tree does."""
    if name.startswith(MADE) or not re.search(r"\w", name):
        return False
    if not path.endswith(".md"):
        return "/" in name and name.split("/")[0] in tops
    return name.endswith((*SUFFIXES, "/")) or name.startswith("test_") or ("/" in name and name.split("/")[0] in tops)


def _parents(path: str) -> Iterator[str]:
    """The folders a file lies in."""
    while path := posixpath.dirname(path):
        yield path


def _blank(match: re.Match[str]) -> str:
    """Blanks in the place of what matched, so that every line keeps its number."""
    return re.sub(r"\S", " ", match[0])


def _reference(path: str, text: str, match: re.Match[str], missing: str) -> Reference:
    return Reference(path, text.count("\n", 0, match.start()) + 1, " ".join(match[0].strip("`()[]").split()), missing)


if __name__ == "__main__":
    sys.exit(main())
