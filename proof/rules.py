"""Changes the law by one row, bound or word at a time: the tests of the rules must say so each time.

    make proof-rules              the rows first, then as many other changes as 35 seconds allow
    LONG=1 make proof-rules       all of them
    SEED=7 make proof-rules       other changes first, in the short form

Each change is made to the source of one module of `permis/domain`, in a process of its own that has not imported
it yet; the tests of table 2 then run there. A change is found when an assertion fails; a test that breaks
otherwise does not count. Only tables 2 and `rights` are changed, not tables 1, 3 and 4. Raw material:
out/proof-rules/, one line a change.
"""

from __future__ import annotations

import ast
import copy
import importlib.util
import io
import multiprocessing
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import hypothesis
import pytest

from bench.report import ROOT, Report, json_lines, long_form, publish

TESTS = tuple(
    f"tests/rules/{name}.py"
    for name in ("test_loss", "test_first_licence", "test_personas", "test_terms", "test_three_values")
)
# What is changed, and in `terms` only what these two motives count with.
CHANGED = {
    "permis.domain.required.common": None,
    "permis.domain.required.first_licence": None,
    "permis.domain.required.loss": None,
    "permis.domain.required": None,
    "permis.domain.conditions": None,
    "permis.domain.rights": None,
    "permis.domain.territory": None,
    "permis.domain.terms": {"months", "reaches_age", "aged_at_least", "latest_day"},
}
ROWS = {"Need", "Bar", "Fee", "Note"}
CLOSED_LISTS = {
    "Outcome": ("FILE", "NOT_NEEDED", "NOT_BEFORE", "NOT_POSSIBLE"),
    "Reason": ("R11", "R12", "R21"),
    "Category": ("AM", "A1", "A2", "B1", "B", "C"),
    "LearningMode": ("TRADITIONAL", "AAC", "SUPERVISED"),
    "Motive": ("REU", "PERTE", "VOL"),
    "Filer": ("SELF", "SCHOOL"),
}
NEIGHBOUR: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
# Changes that change nothing for anybody: kind, change and words of the line, then the reason. They are left out.
SAME = {
    ("test dropped", "only_am", '"reu-assr2"'): "a first licence is the only motive that asks, and it is one",
    ("test dropped", "learnt_aac", "~exam_from"): "who is under 17 was stopped by the row before, for 18",
    (
        "test dropped",
        "~exam_from(B_AT_17_SINCE)",
        "& learnt_aac",
    ): "who is under 17 since 2024 was stopped before",
    ("bound shifted", "18 → 17", '"reu-jdc"'): "at 17 the row before asks first, with one paper more",
    (
        "test dropped",
        "adult",
        '"rep-ward"',
    ): "a minor under guardianship is asked by the row for minors first",
    ("bound shifted", "3 → 2", "len(parts) > 3"): "three parts were read two lines above",
    ("limit moved", "len(parts) > 3", "len(parts) > 3"): "three parts were read two lines above",
}
SHORT_S = 35.0
PATIENCE_S = 60  # for the tests under one change
# A row that no test knows of, which must be missed, and a fault that must be found.
UNSEEN = (
    "permis.domain.required.first_licence",
    "*RESIDENCE,",
    "*RESIDENCE, Need('planted', ((P.MED,),), aged(100, None), 'parce que vous avez 100 ans', F2828),",
)
LETHAL = ("permis.domain.rights", "ADCS_MONTHS = 4", "ADCS_MONTHS = 40")


@dataclass(frozen=True)
class Change:
    """One change of one module: what it is called, where it stands, and the source that results."""

    module: str
    line: int
    kind: str
    what: str
    source: str

    def __str__(self) -> str:
        return f"{path_of(self.module).relative_to(ROOT)}:{self.line}: {self.kind}: {self.what}"


def path_of(module: str) -> Path:
    """The file of a module, found without importing it."""
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


# --- What may be changed ---------------------------------------------------------------------------------


def changes(module: str, only: set[str] | None) -> Iterator[Change]:
    """Every change of one module, in the order of its lines."""
    tree = ast.parse(path_of(module).read_text("utf-8"))
    for node in ast.walk(tree):  # words for people and for the reader of types are no law
        for field in ("annotation", "returns"):
            if getattr(node, field, None) is not None:
                setattr(
                    node,
                    field,
                    None if field == "returns" or isinstance(node, ast.arg) else ast.Name("object"),
                )
    for place, node in enumerate(_places(tree, only)):
        for kind, what, new in _versions(node):
            changed = copy.deepcopy(tree)
            target = list(_places(changed, only))[place]
            _Put(target, new).visit(changed)
            yield Change(module, node.lineno, kind, what, ast.unparse(ast.fix_missing_locations(changed)))


def changes_nothing(change: Change) -> bool:
    """Whether the change is one of those that nobody can see; its line tells it from others called alike."""
    line = path_of(change.module).read_text("utf-8").splitlines()[change.line - 1]
    return any((change.kind, change.what) == (kind, what) and words in line for kind, what, words in SAME)


def _places(tree: ast.Module, only: set[str] | None) -> Iterator[ast.expr]:
    for top in tree.body:
        if not (
            isinstance(top, ast.Import | ast.ImportFrom) or (only and getattr(top, "name", "") not in only)
        ):
            yield from _below(top)


def _below(node: ast.AST) -> Iterator[ast.expr]:
    machinery = [
        *getattr(node, "decorator_list", ()),
        getattr(node, "slice", None),
    ]  # which element, what class
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("__"):
        return
    for child in ast.iter_child_nodes(node):
        if child in machinery:
            continue
        if isinstance(child, ast.expr):
            yield child
        if not (isinstance(child, ast.Call) and _is_day(child)):  # a date is shifted as a whole
            yield from _below(child)


class _Put(ast.NodeTransformer):
    """Puts one expression in the place of another."""

    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        """The node itself, or its replacement."""
        return self.new if node is self.old else self.generic_visit(node)


def _versions(node: ast.expr) -> Iterator[tuple[str, str, ast.expr]]:
    """What an expression may become: the kind of change, the words for it, and the expression."""
    if isinstance(node, ast.Tuple | ast.List):
        for n, element in enumerate(node.elts):
            kind = _kind_of_element(element)
            if kind and not (kind == "paper dropped" and len(node.elts) == 1):  # its row is dropped anyway
                rest = [*node.elts[:n], *node.elts[n + 1 :]]
                yield kind, _said(element), type(node)(rest, ast.Load())
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            yield "answer turned", _said(node), ast.Constant(not node.value)
        elif isinstance(node.value, int):
            for step in (1, -1):
                yield "bound shifted", f"{node.value} → {node.value + step}", ast.Constant(node.value + step)
    elif isinstance(node, ast.Call) and _is_day(node):
        yield from _other_days(node)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        other = ast.BitOr() if isinstance(node.op, ast.BitAnd) else ast.BitAnd()
        yield "test dropped", _said(node.right), node.left
        yield "test dropped", _said(node.left), node.right
        yield "and for or", _said(node), ast.BinOp(node.left, other, node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert | ast.Not):
        yield "test turned", _said(node), node.operand
    elif isinstance(node, ast.BoolOp) and "is None" not in ast.unparse(node):  # without them nothing runs
        other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and for or", _said(node), ast.BoolOp(other_op, node.values)
    elif (
        isinstance(node, ast.Compare)
        and type(node.ops[0]) in NEIGHBOUR
        and "is None" not in ast.unparse(node)
    ):
        near = NEIGHBOUR[type(node.ops[0])]()
        yield "limit moved", _said(node), ast.Compare(node.left, [near, *node.ops[1:]], node.comparators)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        names = CLOSED_LISTS.get(node.value.id, ())
        if node.attr in names:
            following = names[(names.index(node.attr) + 1) % len(names)]
            yield (
                "word changed",
                f"{node.attr} → {following}",
                ast.Attribute(node.value, following, ast.Load()),
            )


def _kind_of_element(element: ast.expr) -> str:
    if isinstance(element, ast.Call) and isinstance(element.func, ast.Name) and element.func.id in ROWS:
        return "row dropped"
    if isinstance(element, ast.Starred):
        return "row dropped"
    if isinstance(element, ast.Tuple) and any(isinstance(e, ast.Attribute) for e in element.elts):
        return "paper dropped"
    if isinstance(element, ast.Attribute) and isinstance(element.value, ast.Name) and element.value.id == "P":
        return "paper dropped"
    if isinstance(element, ast.Constant) and isinstance(element.value, str) and element.value.isupper():
        return "member dropped"
    return ""


def _is_day(node: ast.Call) -> bool:
    return ast.unparse(node.func) == "dt.date" and all(isinstance(a, ast.Constant) for a in node.args)


def _other_days(node: ast.Call) -> Iterator[tuple[str, str, ast.expr]]:
    import datetime as dt

    day = dt.date(*ast.literal_eval(ast.Tuple(node.args, ast.Load())))
    for step in (1, -1):
        near = day + dt.timedelta(days=step)
        new = ast.Call(node.func, [ast.Constant(n) for n in (near.year, near.month, near.day)], [])
        yield "bound shifted", f"{day} → {near}", new


def _said(node: ast.expr) -> str:
    return ast.unparse(node)[:90]


def planted(module: str, old: str, new: str) -> Change:
    """A change of ours, whose fate is known beforehand."""
    source = path_of(module).read_text("utf-8")
    if source.count(old) != 1:
        raise LookupError(f"{old} does not stand once in {module}")
    return Change(
        module, source[: source.index(old)].count("\n") + 1, "planted", new, source.replace(old, new)
    )


# --- The tests under one change --------------------------------------------------------------------------


class _Changed(SourceFileLoader):
    """Loads one module from a source that is on no disk."""

    def __init__(self, change: Change) -> None:
        super().__init__(change.module, str(path_of(change.module)))
        self.change = change

    def get_code(self, fullname: str) -> CodeType:
        """The compiled change."""
        return compile(self.change.source, self.path, "exec")


class _Finder:
    """Finds the changed module before the file does."""

    def __init__(self, change: Change) -> None:
        self.change = change

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """The specification of the changed module, or nothing for the others."""
        if name != self.change.module:
            return None
        path = path_of(name)
        within = [str(path.parent)] if path.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, path, loader=_Changed(self.change), submodule_search_locations=within
        )


class _Watch:
    """Notes the first assertion that fails and stops there; other errors are noted and the tests go on."""

    def __init__(self) -> None:
        self.found = ""
        self.errors: list[str] = []
        self.passed = 0

    def pytest_exception_interact(self, node: Any, call: Any) -> None:
        """A test, or the reading of a file of tests, that did not pass."""
        if isinstance(call.excinfo.value, AssertionError | pytest.fail.Exception):
            self.found = node.nodeid
            node.session.shouldstop = "found"
        else:
            self.errors.append(f"{node.nodeid}: {call.excinfo.typename}")

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A test that passed."""
        self.passed += report.when == "call" and report.passed


def fate(change: Change | None) -> dict[str, Any]:
    """Runs the tests under a change, in this process, which must not have imported the law yet."""
    if any(name.startswith("permis.domain") for name in sys.modules):
        raise RuntimeError("the law is already imported here: the change would not be seen")
    if change:
        sys.meta_path.insert(0, _Finder(change))  # type: ignore[arg-type]
    hypothesis.settings.register_profile("drill", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("drill")
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(PATIENCE_S)
    watch, noise = _Watch(), io.StringIO()
    # Without the plugin for Django: importing the service would import the law before it is changed.
    options = ["-o", "addopts=--import-mode=importlib", "--noconftest", "-p", "no:cacheprovider", "-q"]
    options += ["-W", "ignore::pytest.PytestConfigWarning", "--assert=plain", "--tb=no"]
    with redirect_stdout(noise), redirect_stderr(noise):
        code = pytest.main([*options, "--rootdir", str(ROOT), *TESTS], plugins=[watch])
    signal.alarm(0)
    state = "found" if watch.found else "broken" if watch.errors or code else "missed"
    return {"state": state, "by": watch.found, "errors": watch.errors[:3], "passed": watch.passed}


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError("the tests did not end")


# --- The drill -------------------------------------------------------------------------------------------


def drill(report: Report) -> str:
    """The body of the run."""
    os.chdir(ROOT)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    all_of_them = [change for module, only in CHANGED.items() for change in changes(module, only)]
    every = [change for change in all_of_them if not changes_nothing(change)]
    report.expect(len(all_of_them) - len(every) == len(SAME), "a change said to change nothing is not there")
    rows = [change for change in every if change.kind == "row dropped"]
    others = [change for change in every if change.kind != "row dropped"]
    dice = random.Random(report.seed)
    dice.shuffle(rows)
    dice.shuffle(others)
    told: list[dict[str, Any]] = []
    context = multiprocessing.get_context("fork")
    with context.Pool(max(1, min(4, os.cpu_count() or 1)), maxtasksperchild=1) as pool:
        green, unseen, lethal = pool.map(fate, [None, planted(*UNSEEN), planted(*LETHAL)], chunksize=1)
        report.expect(green["state"] == "missed", f"the tests are not green by themselves: {green}")
        report.expect(unseen["state"] == "missed", f"a row that no test knows was said to be found: {unseen}")
        report.expect(lethal["state"] == "found", f"the planted fault was not found: {lethal}")
        if not report.wrong:
            queue = [*rows, *others]
            for change, result in zip(queue, pool.imap(fate, queue, chunksize=1), strict=True):
                told.append({"change": str(change), "kind": change.kind, **result})
                if report.seconds > SHORT_S and not long_form():
                    break
        pool.terminate()
    json_lines(report.folder / "changes.jsonl", told)
    return _publish(report, told, len(every), green["passed"])


def _publish(report: Report, told: list[dict[str, Any]], of: int, tests: int) -> str:
    states = Counter(line["state"] for line in told)
    kinds = Counter((line["kind"], line["state"]) for line in told)
    report.cases = len(told)
    report.figures |= {
        "tests": tests,
        "changes_possible": of,
        "left_out_as_changing_nothing": len(SAME),
        "changes_tried": len(told),
        "found_by_an_assertion": states["found"],
        "broken_otherwise": states["broken"],
        "missed": states["missed"],
        "by_kind": {
            kind: f"{kinds[kind, 'found']}/{sum(n for (k, _), n in kinds.items() if k == kind)}"
            for kind in sorted({kind for kind, _ in kinds})
        },
    }
    for line in told:
        report.expect(line["state"] == "found", f"{line['state']}: {line['change']}")
    return f"{states['found']}/{len(told)} changes of the law found by an assertion ({of} possible)"


if __name__ == "__main__":
    sys.exit(publish("proof-rules", drill, int(os.environ.get("SEED", "0"))))
