"""Table 2 is whole: every row has a name, a text and a sentence that somebody can read, and every motive is tried."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from permis.domain import legal, required
from permis.domain.legal import Source
from permis.domain.required.table import Bar, Deadline, Fee, Need, Note, Right
from permis.domain.rights import PAPERS
from permis.domain.situation import BY_NAME
from permis.domain.vocabulary import Motive, Outcome

RULES_TESTS = Path(__file__).parents[1] / "rules"
TEXTS = {text.key for text in vars(legal).values() if isinstance(text, Source)}
KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def sentences(row):
    """What a person reads of this row."""
    match row:
        case Need():
            return [row.because, *([row.who] if row.who else [])]
        case Bar():
            return [row.because, *([row.instead] if row.instead else [])]
        case Fee():
            return [row.because]
        case Note():
            return [row.says]
        case Deadline():
            return [row.what]
    return [PAPERS[paper] for paper in row.papers]


def test_every_row_has_a_name_of_its_own_in_its_motive():
    for motive in Motive:
        rules = required.rules_of(motive)
        for kind in (rules.bars, rules.needs, rules.fees, rules.notes, rules.rights, rules.deadlines):
            keys = [row.key for row in kind]
            assert len(keys) == len(set(keys)), keys
            assert [key for key in keys if not KEY.fullmatch(key)] == []


def test_every_row_quotes_a_text_and_says_a_sentence():
    for motive in Motive:
        for row in required.rules_of(motive).rows:
            assert row.source.key in TEXTS, row.key
            assert row.source.title
            for words in sentences(row):
                assert len(words) > 3, row.key
                assert not re.search(r"['\"!]|\bveuillez\b|  ", words, re.IGNORECASE), (row.key, words)
            if isinstance(row, Bar | Fee | Note):
                assert all(words.endswith(".") for words in sentences(row)), row.key
            if isinstance(row, Need | Deadline):
                assert not any(words.endswith(".") for words in sentences(row)), row.key


def test_every_row_is_law_on_days_that_exist_and_by_a_fact_that_exists():
    for motive in Motive:
        for row in required.rules_of(motive).rows:
            assert BY_NAME[row.by].kind.__name__ == "date", row.key
            if row.since and row.until:
                assert row.since <= row.until, row.key
            if isinstance(row, Right):
                assert set(row.papers) <= set(PAPERS), row.key


def test_a_first_day_is_told_to_who_comes_too_early_and_to_nobody_else():
    for motive in Motive:
        for bar in required.rules_of(motive).bars:
            assert (bar.outcome is Outcome.NOT_BEFORE) is (bar.not_before is not None), bar.key
            assert bar.outcome is not Outcome.FILE, bar.key


def test_the_last_price_of_a_motive_is_for_everybody_and_needs_no_day():
    for motive in Motive:
        last = required.rules_of(motive).fees[-1]
        assert (last.when.yes, last.since, last.until) == ("dans tous les cas", None, None)


def test_the_tests_of_the_rules_are_plain_python_and_so_run_in_two_seconds():
    """Hypothesis alone takes longer to load than all of them to run; what draws a hundred thousand is in proof/."""
    for path in RULES_TESTS.glob("*.py"):
        roots = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots |= {name.split(".")[0] for name in names}
        assert not roots & {"django", "hypothesis", "faker", "config"}, path.name


def test_every_motive_is_tried_by_somebody_in_the_tests_of_the_rules():
    tried = set()
    for path in RULES_TESTS.glob("test_*.py"):
        tried |= set(re.findall(r'"motive": "([A-Z0-9_]+)"', path.read_text("utf-8")))
    assert {motive.value for motive in Motive} <= tried
