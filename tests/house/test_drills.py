"""Measures and drills: the report has the promised shape, and the client reads pages as a browser does."""

import ast
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench import report as reports
from bench.client import Page, answers_of
from bench.report import Report, percentile, publish, waits
from permis.domain import required
from permis.domain.asked import applies, steps_for
from permis.domain.kept import KEPT
from permis.domain.lifecycle import ROWS
from permis.domain.situation import Situation
from proof import rules
from proof.mutation import every_change, planted

ROOT = Path(__file__).resolve().parents[2]
SHAPE = {
    "name": str,
    "passed": bool,
    "figures": dict,
    "cases": int,
    "seconds": float,
    "seed": int,
    "versions": dict,
}


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(reports, "OUT", tmp_path)
    return tmp_path


def told(out: Path, body: Callable[[Report], str]) -> tuple[int, dict[str, Any]]:
    code = publish("proof-nothing", body, seed=7)
    return code, json.loads((out / "proof-nothing.json").read_text("utf-8"))


def test_a_report_has_the_promised_shape(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def body(report: Report) -> str:
        report.cases = 3
        report.figures["kills"] = 3
        (report.folder / "raw.jsonl").write_text("{}\n")
        return "3 kills, nothing lost"

    code, found = told(out, body)
    assert code == 0
    assert set(found) == set(SHAPE)
    assert all(isinstance(found[name], kind) for name, kind in SHAPE.items())
    assert (found["name"], found["passed"], found["cases"], found["seed"]) == ("proof-nothing", True, 3, 7)
    assert (out / "proof-nothing" / "raw.jsonl").exists()
    assert capsys.readouterr().out.splitlines()[-1] == "proof-nothing: passed, 3 kills, nothing lost"


def test_what_is_not_as_expected_fails_and_is_said(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def body(report: Report) -> str:
        report.expect([], "one is not two")
        return "counted"

    code, found = told(out, body)
    assert (code, found["passed"], found["figures"]["wrong"]) == (1, False, ["one is not two"])
    assert capsys.readouterr().out.splitlines()[-1] == "proof-nothing: FAILED, counted"


def test_a_run_that_breaks_leaves_a_report_that_failed(out: Path) -> None:
    def body(report: Report) -> str:
        raise TimeoutError(f"{reports.ROOT}/serve did not answer")

    code, found = told(out, body)
    assert (code, found["passed"]) == (1, False)
    assert found["figures"]["wrong"] == ["TimeoutError: serve did not answer"]


def test_a_report_does_not_tell_whose_machine_it_was(out: Path) -> None:
    _, found = told(out, lambda _: "nothing")
    assert str(Path.home()) not in json.dumps(found)
    assert "python" in found["versions"]
    assert "machine" in found["versions"]


def test_raw_material_of_an_earlier_run_is_not_kept(out: Path) -> None:
    (out / "proof-nothing").mkdir()
    (out / "proof-nothing" / "old.jsonl").write_text("{}\n")
    told(out, lambda _: "nothing")
    assert not (out / "proof-nothing" / "old.jsonl").exists()


def test_percentiles_are_values_that_occurred() -> None:
    values = [n / 1000 for n in range(1, 1001)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([], 0.99)) == (0.5, 0.99, 0.0)
    assert waits(values) == {"p50_ms": 500.0, "p99_ms": 990.0, "p99.9_ms": 999.0, "worst_ms": 1000.0}


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("bench/*.py"), *ROOT.glob("proof/*.py")]), ids=lambda p: p.stem
)
def test_a_target_is_called_after_its_module(path: Path) -> None:
    """`make proof-crash` runs proof/crash.py, which publishes proof-crash."""
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree)
    names = [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "publish"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert names in ([], [f"{path.parent.name}-{path.stem.replace('_', '-')}"])


def test_the_client_answers_every_required_question_of_table_1() -> None:
    given = answers_of("Moreau", "Léa")
    known = {"motive": "REU", "birth_date": "1990-03-14", "guardianship": "no", "categories": ["B"]}
    steps = steps_for(Situation.from_answers(known, today=dt.date(2026, 11, 23)))
    assert list(given) == [step.slug for step in steps]
    for step in steps:
        for question in step.questions:
            if not applies(question, {**known, **given[step.slug]}):
                continue
            names = {question.name, f"{question.name}_day"}
            assert names & set(given[step.slug]) or not question.required


def test_the_client_reads_forms_as_a_browser_does() -> None:
    page = Page(
        "/demandes/TP-0000-0000/motif/",
        200,
        "<form method=post action='/compte/deconnexion/'><input type=hidden name=t value=1></form>"
        '<form method="post" novalidate><input type="hidden" name="csrfmiddlewaretoken" value="a&amp;b">'
        '<input type="radio" name="motive" value="REU" checked><button name="later" value="1">Plus tard</button></form>',
    )
    leave, step = page.forms
    assert (leave.action, leave.hidden) == ("/compte/deconnexion/", {"t": "1"})
    assert page.form(asking="motive") is step
    assert (step.action, step.hidden) == (page.path, {"csrfmiddlewaretoken": "a&b"})


def test_the_drill_of_the_law_may_drop_every_row_of_the_four_tables() -> None:
    changes = every_change()
    dropped = Counter(change.module for change in changes if change.kind == "row dropped")
    asked = [path.stem for path in ROOT.glob("permis/domain/asked/[a-z]*.py") if path.stem != "table"]
    assert [name for name in asked if not dropped[f"permis.domain.asked.{name}"]] == []
    assert [name for name in required.FILES.values() if dropped[f"permis.domain.required.{name}"] < 3] == []
    assert dropped["permis.domain.lifecycle"] >= len(ROWS)
    assert dropped["permis.domain.kept"] == len(KEPT)
    fields = sum(len(line.fields) for line in KEPT)
    assert Counter(c.kind for c in changes if c.module == "permis.domain.kept")["field dropped"] == fields


def test_each_change_that_is_said_to_change_nothing_is_one_change_with_its_reason() -> None:
    assert sum(rules.changes_nothing(change) for change in every_change()) == len(rules.SAME)
    assert [reason for reason in rules.SAME.values() if len(reason) < 15] == []


def test_a_change_makes_another_module_and_leaves_the_file_alone() -> None:
    change = planted(*rules.LETHAL)
    path = ROOT / "permis" / "domain" / "required" / "loss.py"
    before = path.read_bytes()
    assert 40 in change.code().co_consts
    assert path.read_bytes() == before
    shifted = next(c for c in every_change() if c.module == change.module and c.what == "4 → 5")
    assert 5 in shifted.code().co_consts


@pytest.mark.parametrize(("one", "other"), [(1, 2)])
@pytest.mark.parametrize("third", ["a", pytest.param("b", id="with a name")])
def _three(one: int, other: int, third: str) -> None:
    raise AssertionError((one, other, third))


def test_the_drill_calls_a_test_with_all_that_it_is_parametrised_with() -> None:
    cases = list(rules._cases(_three))
    assert sorted(case["third"] for case in cases) == ["a", "b"]
    assert {(case["one"], case["other"]) for case in cases} == {(1, 2)}
    assert list(rules._cases(test_percentiles_are_values_that_occurred)) == [{}]
    assert (
        list(rules._cases(test_a_report_has_the_promised_shape)) == []
    )  # it wants fixtures: pytest will run it
