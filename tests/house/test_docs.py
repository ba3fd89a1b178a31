"""The documents say what the code is: generated pages are fresh, every name they mention exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from permis.cli import COMMANDS
from permis.domain.legal import Source
from permis.domain.lifecycle import ROWS, TERMS
from permis.domain.vocabulary import State
from tools import docs

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
BY_NAME = {str(path.relative_to(ROOT)): path for path in DOCUMENTS}
QUOTED = re.compile(r"`([^`\n]+)`")
FOLDERS = ("config", "permis", "tests", "tools", "docs", "requirements", "bench", "proof")
IN_THE_TREE = re.compile(rf"(?:{'|'.join(FOLDERS)})/[\w./*-]*")
NAMED = re.compile(r"([\w/.-]+\.py):([A-Za-z_]\w*(?:\.\w+)?)")
LINK = re.compile(r"\]\(([^)\s]+)\)")

every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=list(BY_NAME))


def quoted(path: Path) -> list[str]:
    """What stands between backquotes in a document, outside its drawings."""
    return QUOTED.findall(re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL))


@cache
def names_in(module: Path) -> frozenset[str]:
    """What a module defines at its top, and in its classes as `Class.name`; no module is run."""
    found: set[str] = set()
    for node in ast.parse(module.read_text("utf-8")).body:
        found |= _defined(node)
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{name}" for inner in node.body for name in _defined(inner)}
    return frozenset(found)


def _defined(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.AnnAssign):
        return {node.target.id} if isinstance(node.target, ast.Name) else set()
    if isinstance(node, ast.Assign):
        return {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return set()


def test_the_generated_documents_are_those_of_the_tables():
    assert docs.stale() == [], "run `make docs`"


def test_every_state_verb_and_deadline_stands_in_the_lifecycle():
    text = (ROOT / "docs/generated/lifecycle.md").read_text("utf-8")
    assert [state for state in State if f"### {state}: {state.label}" not in text] == []
    assert [row for row in ROWS if f"| `{row.verb}` | `{row.after}` |" not in text] == []
    assert [what for what in TERMS if f"| `{what}` |" not in text] == []


def test_a_term_is_told_as_it_is_counted():
    assert docs.length(TERMS["complement"].after) == "30 days after"
    assert docs.length(TERMS["silence"].after) == "2 months after, date to date"
    with pytest.raises(ValueError, match="neither days nor months"):
        docs.length(lambda day: day.replace(day=1))


def test_a_stale_document_is_named_and_fails_the_check(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(docs, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.argv", ["docs.py"])
    assert docs.main() == 0
    (tmp_path / "law.md").write_text("something else", "utf-8")
    monkeypatch.setattr("sys.argv", ["docs.py", "--check"])
    capsys.readouterr()
    assert docs.main() == 1
    assert capsys.readouterr().out == "docs/generated/law.md is stale: run `make docs`\n"
    assert (tmp_path / "law.md").read_text("utf-8") == "something else"


@every_document
def test_every_file_and_folder_that_a_document_mentions_exists(path):
    missing = []
    for words in quoted(path):
        for word in words.split():
            place = word.split(":")[0]
            if IN_THE_TREE.fullmatch(place) and not any(ROOT.glob(place.rstrip("/"))):
                missing.append(place)
    assert missing == []


@every_document
def test_every_name_that_a_document_mentions_exists(path):
    missing = [
        f"{file}:{name}"
        for words in quoted(path)
        for file, name in NAMED.findall(words)
        if name not in names_in(next(iter(ROOT.glob(file)), None) or next(ROOT.glob(f"permis/**/{file}")))
    ]
    assert missing == []


@every_document
def test_every_link_between_documents_leads_somewhere(path):
    links = [link for link in LINK.findall(path.read_text("utf-8")) if "://" not in link]
    assert [link for link in links if not (path.parent / link.split("#")[0]).exists()] == []


@every_document
def test_every_command_that_a_document_gives_exists(path):
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    given = [words.split() for words in quoted(path)]
    given += [
        line.split() for line in re.findall(r"^    (\S.*)$", path.read_text("utf-8"), flags=re.MULTILINE)
    ]
    known = {
        "permis": lambda word: word in COMMANDS,
        "make": lambda word: word in targets or _drill(word),
    }
    pairs = [words[:2] for words in given if len(words) > 1 and words[0] in known]
    assert [" ".join(pair) for pair in pairs if not known[pair[0]](pair[1])] == []


def _drill(target: str) -> bool:
    """Whether `make TARGET` measures or breaks something: bench-NAME is the module bench/NAME.py."""
    kind, _, name = target.partition("-")
    return kind in {"bench", "proof"} and (ROOT / kind / f"{name.replace('-', '_')}.py").is_file()


@every_document
def test_no_document_names_a_folder_of_somebodys_machine_or_where_packages_come_from(path):
    text = path.read_text("utf-8")
    assert re.findall(r"(?<![\w.])/(?:home|root|work|Users|tmp|opt|mnt|srv)/\S*", text) == []
    addresses = re.findall(r"https?://([^/\s`)…]+)", text)
    assert [host for host in addresses if host not in {"127.0.0.1:8000", "HOST:PORT", ""}] == []


def test_every_dependency_says_why_it_is_there():
    lines = (ROOT / "requirements/run.in").read_text("utf-8").splitlines()
    wanted = {re.split(r"[<>=!~;\s]", line)[0] for line in lines if line and not line.startswith(("#", "-"))}
    rows = (ROOT / "docs/dependencies.md").read_text("utf-8").splitlines()
    told = {found[1] for row in rows if (found := re.match(r"\| `([^`]+)` \| \S", row))}
    assert told == wanted


def test_every_variable_of_the_environment_stands_in_the_operators_page():
    settings = (ROOT / "config/settings.py").read_text("utf-8")
    read = set(re.findall(r'\benv\("([A-Z_]+)"', settings))
    rows = (ROOT / "docs/operate.md").read_text("utf-8").splitlines()
    heads = [row.split("|")[1] for row in rows if re.match(r"\| `[A-Z_]+`", row)]
    assert {name for head in heads for name in QUOTED.findall(head)} == read


def test_every_source_that_the_page_of_doubtful_points_quotes_exists():
    from permis.domain import legal

    keys = {name for name, value in vars(legal).items() if isinstance(value, Source)}
    rows = (ROOT / "docs/law.md").read_text("utf-8").splitlines()
    cells = [row.strip("|").split("|")[-1] for row in rows if re.match(r"\| \d+ \|", row)]
    assert len(cells) > 30
    unknown = {
        word for cell in cells for word in re.findall(r"\b[A-Z]+[A-Z0-9]*_[A-Z0-9_]+\b|\b[FR]\d{4,5}\b", cell)
    }
    assert unknown <= keys


def test_the_decisions_are_numbered_without_a_gap_and_say_context_decision_and_consequences():
    records = sorted((ROOT / "docs/adr").glob("*.md"))
    assert [record.name[:4] for record in records] == [f"{n:04}" for n in range(1, len(records) + 1)]
    for record in records:
        text = record.read_text("utf-8")
        assert text.startswith(f"# {record.name[:4]}. "), record.name
        assert [p for p in ("**Context.**", "**Decision.**", "**Consequences.**") if p not in text] == [], (
            record.name
        )
