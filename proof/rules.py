"""Changes the four tables by one row, bound or word at a time: the tests of the rules must say so each time.

    make proof-rules              rows drawn from each table, then other changes, as many as 40 seconds allow
    LONG=1 make proof-rules       all of them
    SEED=7 make proof-rules       other ones, in the short form

Each change (proof/mutation.py) is tried in a process of its own that has imported the tests' tools and not yet the
law; all of `tests/rules` runs there, the tests of the same motive or table first. A change is found when an
assertion fails; a test that breaks otherwise does not count. Raw material: out/proof-rules/, one line a change.
"""

from __future__ import annotations

import gc
import importlib
import io
import itertools
import multiprocessing
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from multiprocessing.connection import Connection, wait
from types import FrameType
from typing import Any

import hypothesis
import hypothesis.strategies
import pytest

from bench.report import ROOT, Report, json_lines, long_form, publish
from proof.mutation import TABLES, Change, Finder, every_change, planted
from proof.variations import path_of

# Whose tests are asked first, by the module that is changed; then all the others.
FIRST = {
    "permis.domain.asked": "questions_table",
    "permis.domain.lifecycle": "lifecycle",
    "permis.domain.kept": "kept",
    "permis.domain.conditions": "three_values",
    "permis.domain.terms": "terms",
    "permis.domain.rights": "medical",
    "permis.domain.required.loss": "loss",
    "permis.domain.required.registration": "registration",
    "permis.domain.required.new_category": "new_category",
    "permis.domain.required.after_loss_of_rights": "new_category",
    "permis.domain.required.training": "training",
    "permis.domain.required.theft": "theft_damage",
    "permis.domain.required.damage": "theft_damage",
    "permis.domain.required.pink_licence": "theft_damage",
    "permis.domain.required.medical": "medical",
    "permis.domain.required.end_of_suspension": "medical",
    "permis.domain.required.exchange": "exchanges",
    "permis.domain.required.record_eu": "exchanges",
    "permis.domain.required.rights_restored": "exchanges",
    "permis.domain.required.military": "military_and_diploma",
    "permis.domain.required.diploma": "military_and_diploma",
    "permis.domain.required.civil_status": "civil_status_and_card",
    "permis.domain.required.end_of_card": "civil_status_and_card",
    "permis.domain.required.card_error": "civil_status_and_card",
    "permis.domain.required.international": "civil_status_and_card",
    "permis.domain": "first_licence",
}
# Changes that change nothing for anybody: kind, change and words of the line, then the reason. They are left out.
SAME = {
    ("condition dropped", "asks(_M.DIP)", "Wording("): "the last wording: no other motive is left that asks",
    ("bound shifted", "0 → 1", ".cents > 0"): "nothing costs one cent",
    (
        "test turned",
        "not asked.recommended",
        "first.recommended",
    ): "no motive advises a paper before it requires it",
    ("bound shifted", "500 → 499", "FOR_EVER"): "nobody is 499 years old",
    ("bound shifted", "500 → 501", "FOR_EVER"): "nobody is 500 years old",
    ("bound shifted", "1 → 0", "len(rows) > 1"): "one row alone is kept by what follows on the next line",
    (
        "limit moved",
        "len(rows) > 1",
        "len(rows) > 1",
    ): "one row alone is kept by what follows on the next line",
}
SHORT_S = 38.0
PATIENCE_S = 60  # for the tests under one change
HANDS = 2
# A row that no test knows of, which must be missed, and a fault that must be found.
PLANT = 'Need("planted", ((P.MED,),), aged(140, None), "parce que vous avez 140 ans", SEED, who="Si 140"),'
UNSEEN = ("permis.domain.required.first_licence", 'Need("reu-cepc",', f'{PLANT} Need("reu-cepc",')
LETHAL = ("permis.domain.required.loss", "ADCS_MONTHS = 4", "ADCS_MONTHS = 40")


def changes_nothing(change: Change) -> bool:
    """Whether the change is one of those that nobody can see; its line tells it from others called alike."""
    line = path_of(change.module).read_text("utf-8").splitlines()[change.line - 1]
    return any((change.kind, change.what) == (kind, what) and words in line for kind, what, words in SAME)


# --- The tests under one change --------------------------------------------------------------------------


def tests_for(change: Change | None) -> list[str]:
    """Every file of tests of the rules, those of the changed module first."""
    files = sorted(path.stem for path in ROOT.glob("tests/rules/test_*.py"))
    prefixes = [prefix for prefix in FIRST if change and change.module.startswith(prefix)]
    named = f"test_{FIRST[max(prefixes, key=len)]}" if prefixes else ""
    return sorted(files, key=lambda name: (not name.startswith(named), "properties" in name, name))


def fate(change: Change | None) -> dict[str, Any]:
    """Runs the tests under a change, in this process, which must not have imported the law yet.

    First the plain tests, called one by one, which is quick and stops at the first assertion that fails. What they
    do not find is shown to pytest with the whole of the tests, properties and fixtures included.
    """
    if any(name.startswith("permis.domain") for name in sys.modules):
        raise RuntimeError("the law is already imported here: the change would not be seen")
    if change:
        sys.meta_path.insert(0, Finder(change))  # type: ignore[arg-type]
    hypothesis.settings.register_profile("drill", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("drill")
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(PATIENCE_S)
    files, noise = tests_for(change), io.StringIO()
    with redirect_stdout(noise), redirect_stderr(noise):
        found, errors = _called(files) if change else ("", [])
        watch = _Watch()
        code: int = 1 if found else _with_pytest(files, watch)
    signal.alarm(0)
    found = found or watch.found
    state = "found" if found else "broken" if errors or watch.errors or code else "missed"
    return {"state": state, "by": found, "errors": [*errors, *watch.errors][:3], "passed": watch.passed}


def _called(files: Iterable[str]) -> tuple[str, list[str]]:
    """The first plain test that says no, and what broke otherwise until then."""
    errors: list[str] = []
    for file in files:
        try:
            module = importlib.import_module(f"tests.rules.{file}")
        except Exception as error:  # noqa: BLE001  a change may break anything, and that is no finding
            errors.append(f"{file}: {type(error).__name__}")
            continue
        for name, test in vars(module).items():
            if not name.startswith("test_") or hasattr(test, "hypothesis"):
                continue
            for given in _cases(test):
                try:
                    test(**given)
                except (AssertionError, pytest.fail.Exception):
                    return f"{file}::{name}", errors
                except Exception as error:  # noqa: BLE001  likewise
                    errors.append(f"{file}::{name}: {type(error).__name__}")
    return "", errors


def _cases(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """What a test is called with, as `pytest.mark.parametrize` says it; nothing at all if it wants a fixture."""
    axes: list[list[dict[str, Any]]] = []
    for mark in getattr(test, "pytestmark", []):
        if mark.name == "parametrize":
            names, values = mark.args[:2]
            if isinstance(names, str):
                names = [name.strip() for name in names.split(",")]
            rows = [
                tuple(getattr(value, "values", value)) if len(names) > 1 else value
                for value in _plain(values)
            ]
            axes.append([dict(zip(names, row if len(names) > 1 else (row,), strict=True)) for row in rows])
    cases = [{k: v for axis in chosen for k, v in axis.items()} for chosen in itertools.product(*axes)]
    code = test.__code__
    if cases and set(code.co_varnames[: code.co_argcount]) <= set(cases[0]):
        yield from cases


def _plain(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if type(value).__name__ == "ParameterSet":
            yield value.values[0] if len(value.values) == 1 else value.values
        else:
            yield value


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


def _with_pytest(files: Iterable[str], watch: _Watch) -> int:
    # Without the plugin for Django: importing the service would import the law before it is changed.
    options = ["-o", "addopts=--import-mode=importlib", "--noconftest", "-p", "no:cacheprovider", "-q"]
    options += ["-W", "ignore::pytest.PytestConfigWarning", "--assert=plain", "--tb=no"]
    paths = [f"tests/rules/{file}.py" for file in files]
    return int(pytest.main([*options, "--rootdir", str(ROOT), *paths], plugins=[watch]))


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError("the tests did not end")


# --- The drill -------------------------------------------------------------------------------------------


def fates(changes: Iterable[Change | None]) -> Iterator[tuple[Change | None, dict[str, Any]]]:
    """Each change with its fate, a fresh process each, two at a time; they come as they end."""
    context = multiprocessing.get_context("fork")
    gc.collect()
    gc.freeze()
    queue, running = iter(changes), {}
    with _compiled_once():
        while True:
            for change in itertools.islice(queue, HANDS - len(running)):
                mine, theirs = context.Pipe(duplex=False)
                process = context.Process(target=_in_a_process, args=(theirs, change), daemon=True)
                process.start()
                theirs.close()
                running[mine] = process, change
            if not running:
                return
            ready = wait(list(running))
            for ended in [mine for mine in running if mine in ready]:
                process, change = running.pop(ended)
                try:
                    result = ended.recv()
                except EOFError:
                    result = {"state": "broken", "by": "", "errors": ["the process ended"], "passed": 0}
                process.join()
                ended.close()
                yield change, result


@contextmanager
def _compiled_once() -> Iterator[None]:
    """Keeps what the processes compile, so that each does not compile the same law and the same tests again."""
    before = sys.pycache_prefix, sys.dont_write_bytecode
    with tempfile.TemporaryDirectory() as folder:
        sys.pycache_prefix, sys.dont_write_bytecode = folder, False
        try:
            yield
        finally:
            sys.pycache_prefix, sys.dont_write_bytecode = before


def _in_a_process(told: Connection, change: Change | None) -> None:
    told.send(fate(change))
    told.close()


def drill(report: Report) -> str:
    """The body of the run."""
    os.chdir(ROOT)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    all_of_them = every_change()
    every = [change for change in all_of_them if not changes_nothing(change)]
    report.expect(
        len(all_of_them) - len(every) == len(SAME), f"not one change for each of SAME: {len(every)}"
    )
    known = [None, planted(*UNSEEN), planted(*LETHAL)]
    result = {change and change.what: told for change, told in fates(known)}
    green, unseen, lethal = (result[change and change.what] for change in known)
    report.expect(green["state"] == "missed", f"the tests are not green by themselves: {green}")
    report.expect(unseen["state"] == "missed", f"a row that no test knows was said to be found: {unseen}")
    report.expect(lethal["state"] == "found", f"the planted fault was not found: {lethal}")
    told: list[dict[str, Any]] = []
    if not report.wrong:
        for change, end in fates(_while_there_is_time(report, _drawn(every, report.seed))):
            if change:
                told.append({"change": str(change), "table": change.table, "kind": change.kind, **end})
    json_lines(report.folder / "changes.jsonl", told)
    return _publish(report, told, every, green["passed"])


def _drawn(every: Sequence[Change], seed: int) -> list[Change]:
    """The rows first, then the rest; each in an order that is drawn."""
    dice = random.Random(seed)
    return sorted(every, key=lambda change: (change.kind != "row dropped", dice.random()))


def _while_there_is_time(report: Report, changes: Iterable[Change]) -> Iterator[Change]:
    for change in changes:
        if report.seconds > SHORT_S and not long_form():
            return
        yield change


def _publish(report: Report, told: list[dict[str, Any]], every: Sequence[Change], tests: int) -> str:
    states = Counter(line["state"] for line in told)
    report.cases = len(told)
    report.figures |= {
        "tests": tests,
        "changes_possible": len(every),
        "left_out_as_changing_nothing": len(SAME),
        "changes_tried": len(told),
        "found_by_an_assertion": states["found"],
        "broken_otherwise": states["broken"],
        "missed": states["missed"],
        "possible_by_table": {t: sum(change.table == t for change in every) for t in TABLES},
        "found_by_table": _shares(told, "table"),
        "found_by_kind": _shares(told, "kind"),
    }
    for line in sorted(told, key=lambda line: str(line["change"])):
        report.expect(line["state"] == "found", f"{line['state']}: {line['change']}")
    tables = ", ".join(f"table {t[0]}: {share}" for t, share in report.figures["found_by_table"].items())
    return f"{states['found']}/{len(told)} changes of the law found by an assertion ({len(every)} possible; {tables})"


def _shares(told: Sequence[dict[str, Any]], by: str) -> dict[str, str]:
    tried, found = (
        Counter(line[by] for line in told),
        Counter(line[by] for line in told if line["state"] == "found"),
    )
    return {name: f"{found[name]}/{tried[name]}" for name in sorted(tried)}


if __name__ == "__main__":
    sys.exit(publish("proof-rules", drill, int(os.environ.get("SEED", "0"))))
