"""What may be changed in the four tables, one row, bound or word at a time, and the module that results.

A change is found in the syntax tree of a module and made there again in the process that tries it: no file is
written. Sentences, labels and sources are not changed: they are words for people, not the law.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType
from typing import Any

from bench.report import ROOT
from proof.variations import is_day, members, path_of, versions

# The modules of each table; of some, only what the tables count with.
TABLES: dict[str, dict[str, set[str]]] = {
    "1, what we ask": {"permis.domain.asked.*": set(), "permis.domain.asked": set()},
    "2, what we require": {
        "permis.domain.required.*": set(),
        "permis.domain.required": set(),
        "permis.domain.conditions": set(),
        "permis.domain.rights": set(),
        "permis.domain.territory": set(),
        # Not the working days and the holidays, by which nothing here is counted.
        "permis.domain.terms": {"months", "reaches_age", "aged_at_least", "age_on", "latest_day", "days"},
        "permis.domain.vocabulary": {"HEAVY_C", "HEAVY_D", "HEAVY", "EXCHANGES", "SCHOOL_ONLY"},
    },
    "3, what may happen": {"permis.domain.lifecycle": set()},
    "4, what we keep": {"permis.domain.kept": set()},
}
SHAPES = {"permis.domain.required.table"}  # the shapes of table 2 hold no law
# Where the words stand, or the machine's own names.
NO_LAW = {
    "FILES",
    "THINGS",
    "TERMS",
    "STEP_OF",
    "QUESTIONS",
    "BY_SLUG",
    "CHECKED_TO",
    "Thing",
}


@dataclass(frozen=True)
class Change:
    """One change of one module: what it is called, where it stands in the tree, or the whole text that results."""

    module: str
    line: int
    kind: str
    what: str
    table: str = ""
    place: int = 0
    version: int = 0
    text: str = ""

    def __str__(self) -> str:
        return f"{path_of(self.module).relative_to(ROOT)}:{self.line}: {self.kind}: {self.what}"

    def code(self) -> CodeType:
        """The module with the change in it, ready to be run."""
        path = path_of(self.module)
        if self.text:
            return compile(self.text, path, "exec")
        tree = ast.parse(path.read_text("utf-8"))
        places = _places(tree, _only(self.module))
        node = next(node for n, node in enumerate(places) if n == self.place)
        _, _, new = list(versions(node))[self.version]
        _Put(node, new).visit(tree)
        return compile(ast.fix_missing_locations(tree), path, "exec")


def every_change() -> list[Change]:
    """Every change of the four tables, in the order of their lines."""
    return [
        change
        for table, modules in TABLES.items()
        for pattern in modules
        for module in _modules(pattern)
        for change in _changes(module, table)
    ]


def planted(module: str, old: str, new: str) -> Change:
    """A change of ours, whose fate is known beforehand. LookupError when its place is not there once."""
    source = path_of(module).read_text("utf-8")
    if source.count(old) != 1:
        raise LookupError(f"{old} does not stand once in {module}")
    line = source[: source.index(old)].count("\n") + 1
    return Change(module, line, "planted", new, text=source.replace(old, new))


def _modules(pattern: str) -> list[str]:
    if not pattern.endswith(".*"):
        return [pattern]
    package = pattern.removesuffix(".*")
    names = (f"{package}.{path.stem}" for path in sorted(path_of(package).parent.glob("[a-z]*.py")))
    return [name for name in names if name not in SHAPES]


def _only(module: str) -> set[str]:
    return next((modules[module] for modules in TABLES.values() if module in modules), set())


def _changes(module: str, table: str) -> Iterator[Change]:
    tree = ast.parse(path_of(module).read_text("utf-8"))
    for place, node in enumerate(_places(tree, _only(module))):
        for version, (kind, what, _) in enumerate(versions(node)):
            yield Change(module, node.lineno, kind, what, table, place, version)


# --- Where something may be changed ----------------------------------------------------------------------


def _places(tree: ast.Module, only: set[str]) -> Iterator[ast.expr]:
    guards = _guards(tree)
    for top in tree.body:
        names = _names(top)
        if isinstance(top, ast.Import | ast.ImportFrom) or names & NO_LAW or (only and not names & only):
            continue
        yield from (node for node in _below(top) if id(node) not in guards)


def _guards(tree: ast.AST) -> set[int]:
    """The tests without which nothing runs: whether something is there, before it is read."""
    found = set()
    for node in ast.walk(tree):
        tests = [node.test] if isinstance(node, ast.If | ast.IfExp) else []
        tests += [test for part in getattr(node, "generators", ()) for test in part.ifs]
        read = (
            {ast.unparse(inner) for inner in ast.walk(node) if isinstance(inner, ast.Subscript)}
            if tests
            else set()
        )
        for test in tests:
            for part in ast.walk(test):
                if isinstance(part, ast.Compare) and _looks_for(part) in read:
                    found |= {id(part), *(id(whole) for whole in (test,) if isinstance(whole, ast.BoolOp))}
                elif isinstance(part, ast.NamedExpr):
                    found.add(id(test))
    return found


def _looks_for(test: ast.Compare) -> str:
    match test.left:
        case ast.Call(func=ast.Attribute(value=mapping, attr="get"), args=[key, *_]):
            return f"{ast.unparse(mapping)}[{ast.unparse(key)}]"
    return f"{ast.unparse(test.comparators[0])}[{ast.unparse(test.left)}]"


def _names(top: ast.stmt) -> set[str]:
    targets = getattr(top, "targets", None) or [getattr(top, "target", None)]
    return {getattr(top, "name", ""), *(getattr(target, "id", "") for target in targets)} - {""}


def _below(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("__"):
        return
    # Types and machinery: which element, what class; and who makes a request, which is the row's own name.
    left_out = [*getattr(node, "decorator_list", ()), getattr(node, "slice", None)]
    left_out += [getattr(node, "annotation", None), getattr(node, "returns", None)]
    left_out += [kw for kw in getattr(node, "keywords", ()) if kw.arg in {"motive", "groups"}]
    if isinstance(node, ast.Call | ast.Tuple | ast.List | ast.Set):
        left_out += members(node)  # dropped one by one, not changed besides
    for child in ast.iter_child_nodes(node):
        if any(child is other for other in left_out):
            continue
        if isinstance(child, ast.expr):
            yield child
        if not (isinstance(child, ast.Call) and is_day(child)):  # a date is shifted as a whole
            yield from _below(child)


class _Put(ast.NodeTransformer):
    """Puts one expression in the place of another."""

    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        """The node itself, or its replacement."""
        return self.new if node is self.old else self.generic_visit(node)


# --- The module that results -----------------------------------------------------------------------------


class _Changed(SourceFileLoader):
    """Loads one module from a tree that is on no disk."""

    def __init__(self, change: Change) -> None:
        super().__init__(change.module, str(path_of(change.module)))
        self.change = change

    def get_code(self, fullname: str) -> CodeType:
        """The compiled change."""
        return self.change.code()


class Finder:
    """Finds the changed module before the file does: put it first on `sys.meta_path`."""

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
