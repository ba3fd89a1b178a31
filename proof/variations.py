"""What an expression of a table may become: a row less, a bound beside, a word for its neighbour, a test turned."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bench.report import ROOT

ROWS = {
    "Need",
    "Bar",
    "Fee",
    "Note",
    "Right",
    "Deadline",
    "Term",
    "Kept",
    "Question",
    "Step",
    "Wording",
    "Rules",
}
WHEN_AT = {"Need": 2, "Bar": 2, "Fee": 2, "Note": 1, "Right": 2, "Deadline": 2, "Wording": 0}
# What a row may say beside its conditions, and be without.
MAY_LACK = {
    *("since", "until", "by", "reason", "not_before", "code", "renews", "probation", "result"),
    *("only_if", "default", "objections"),
}
SHORT = {"C": "Category", "P": "Piece", "M": "Motive", "R": "Role", "S": "State", "V": "Verb"}
DROPPED = {"Piece": "paper", "Role": "actor", "State": "state"}
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
COUNTRIES = re.compile(r"(?:[A-Z]{2} ?){3,}")  # a list of States, in one text
FIELD = re.compile(r"[a-z]+\.[A-Z]\w+\.\w+")  # app.Model.field
ALWAYS = ast.parse("__import__('permis.domain.conditions', fromlist=['always']).always", mode="eval").body
NO_END = ast.parse("lambda _: None", mode="eval").body

Version = tuple[str, str, ast.expr]


def path_of(module: str) -> Path:
    """The file of a module, found without importing it."""
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def members(node: ast.Call | ast.Tuple | ast.List | ast.Set) -> list[ast.expr]:
    """The words of one closed list that stand side by side, when there are several of them."""
    if isinstance(node, ast.Call) and _called(node) in {*ROWS, "_row"}:
        return []
    found = [e for e in (node.args if isinstance(node, ast.Call) else node.elts) if _list_of(e)]
    return found if len(found) > 1 and len({_list_of(e) for e in found}) == 1 else []


def versions(node: ast.expr) -> Iterator[Version]:
    """The kind of each change, the words for it, and the expression that results."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        yield from _shorter(node)
    elif isinstance(node, ast.Constant):
        yield from _other_values(node)
    elif isinstance(node, ast.Call):
        yield from _other_days(node) if is_day(node) else _poorer(node)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        yield "test dropped", _said(node.right), node.left
        yield "test dropped", _said(node.left), node.right
        # The conditions of table 3 are never joined by "or".
        if not {"all_ready", "all_accepted", "ready_but_photo"} & {n.id for n in _inner_names(node)}:
            other = ast.BitOr() if isinstance(node.op, ast.BitAnd) else ast.BitAnd()
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
    elif isinstance(node, ast.Attribute) and _list_of(node) not in {"", "Piece"}:
        names = _closed_lists()[_list_of(node)]
        following = names[(names.index(node.attr) + 1) % len(names)]
        yield (
            "word changed",
            f"{node.attr} → {following}",
            ast.Attribute(node.value, following, ast.Load()),
        )


def _shorter(node: ast.Tuple | ast.List | ast.Set) -> Iterator[Version]:
    if isinstance(getattr(node, "ctx", None), ast.Store):  # names that are given, not a list
        return
    kinds = [_kind_of_element(element) for element in node.elts]
    if not all(kinds):  # a pair of a code and its words, and the like
        return
    for n, (element, kind) in enumerate(zip(node.elts, kinds, strict=True)):
        if not (kind == "paper" and len(node.elts) == 1):  # its row is dropped anyway
            rest = [*node.elts[:n], *node.elts[n + 1 :]]
            fewer: ast.expr = ast.Set(rest) if isinstance(node, ast.Set) else type(node)(rest, ast.Load())
            if isinstance(node, ast.Set) and not rest:
                fewer = ast.Call(ast.Name("frozenset", ast.Load()), [], [])
            yield f"{kind} dropped", _said(element), fewer


def _kind_of_element(element: ast.expr) -> str:
    match element:
        case ast.Call(func=ast.Name(id=name)) if name not in {
            "frozenset",
            "tuple",
            "sorted",
            "str",
            "getattr",
        }:
            return "row"
        case ast.Starred():
            return "row"
        case ast.Name(id=name) if name.isupper() and len(name) > 2:
            return "row"
        case ast.Tuple(elts=[ast.Constant(value=str()), *_]):
            return "choice"
        case ast.Tuple(elts=[first, *_]):
            return "paper" if _list_of(first) == "Piece" else "row"
        case ast.Attribute(value=ast.Name(), attr=name) if (words := _list_of(element)) or name.isupper():
            return DROPPED.get(words, "member") if words else "row"
        case ast.Constant(value=str() as text) if FIELD.fullmatch(text):
            return "field"
        case ast.Constant(value=str() as text) if text.isupper() or text.isdecimal():
            return "member"
    return ""


def _other_values(node: ast.Constant) -> Iterator[Version]:
    if isinstance(node.value, bool):
        yield "answer turned", _said(node), ast.Constant(not node.value)
    elif isinstance(node.value, int):
        for step in (1, -1):
            yield "bound shifted", f"{node.value} → {node.value + step}", ast.Constant(node.value + step)
    elif isinstance(node.value, str) and COUNTRIES.fullmatch(node.value):
        words = node.value.split()
        for word in words:
            yield "member dropped", word, ast.Constant(" ".join(other for other in words if other != word))


def _poorer(node: ast.Call) -> Iterator[Version]:
    """The same call with less: a condition, a keyword, a term, one of its words."""
    name, args = _called(node), node.args
    for member in members(node):
        kind = DROPPED.get(_list_of(member), "member")
        yield f"{kind} dropped", _said(member), _with(node, [a for a in args if a is not member])
    if name in {"before_birth", "in_order"}:
        for arg in args[1:]:
            yield "objection dropped", _said(arg), _with(node, [a for a in args if a is not arg])
    if name == "_row" and len(args) > 6 and _said(args[0]) != "actors":
        yield from _poorer_row(node)
    if name not in ROWS:
        return
    if len(args) > WHEN_AT.get(name, 99) and _said(args[WHEN_AT[name]]) != "always":
        at = WHEN_AT[name]
        yield "condition dropped", _said(args[at]), _with(node, [*args[:at], ALWAYS, *args[at + 1 :]])
    for kw in node.keywords:
        others = [other for other in node.keywords if other is not kw]
        if kw.arg == "when" and _said(kw.value) != "always":
            yield (
                "condition dropped",
                _said(kw.value),
                _with(node, args, [*others, ast.keyword("when", ALWAYS)]),
            )
        elif kw.arg in MAY_LACK:
            yield f"{kw.arg} dropped", _said(kw.value), _with(node, args, others)
        if (
            kw.arg == "only_if"
            and isinstance(kw.value, ast.Tuple)
            and isinstance(kw.value.elts[1], ast.Tuple)
        ):
            fact, values = kw.value.elts[0], kw.value.elts[1].elts
            for value in values:
                rest = ast.Tuple([v for v in values if v is not value], ast.Load())
                less = ast.keyword("only_if", ast.Tuple([fact, rest], ast.Load()))
                yield "answer dropped", _said(value), _with(node, args, [*others, less])
    if name == "Right" and _said(args[5]) != "lambda _: None":
        yield "end dropped", _said(args[5]), _with(node, [*args[:5], NO_END, *args[6:]])
    if name == "Question" and not any(kw.arg == "required" for kw in node.keywords):
        free = ast.keyword("required", ast.Constant(False))
        yield "required turned", _said(args[0]), _with(node, args, [*node.keywords, free])


def _poorer_row(node: ast.Call) -> Iterator[Version]:
    """A row of table 3 without its condition, its message or one of its deadlines."""
    args = node.args
    if _said(args[4]) != "nothing":
        nothing = ast.Name("nothing", ast.Load())
        yield "condition dropped", _said(args[4]), _with(node, [*args[:4], nothing, *args[5:]])
    if len(args) > 7 and _said(args[7]) != "None":
        yield "message dropped", _said(args[7]), _with(node, [*args[:7], ast.Constant(None), *args[8:]])
    for term in args[8:]:
        yield "deadline dropped", _said(term), _with(node, [a for a in args if a is not term])
    for kw in node.keywords:
        yield (
            f"{kw.arg} dropped",
            _said(args[1]),
            _with(node, args, [k for k in node.keywords if k is not kw]),
        )


def _with(node: ast.Call, args: list[ast.expr], keywords: list[ast.keyword] | None = None) -> ast.Call:
    return ast.Call(node.func, args, node.keywords if keywords is None else keywords)


def _other_days(node: ast.Call) -> Iterator[Version]:
    day = dt.date(*ast.literal_eval(ast.Tuple(node.args, ast.Load())))
    for step in (1, -1):
        near = day + dt.timedelta(days=step)
        new = ast.Call(node.func, [ast.Constant(n) for n in (near.year, near.month, near.day)], [])
        yield "bound shifted", f"{day} → {near}", new


def is_day(node: ast.Call) -> bool:
    return ast.unparse(node.func) == "dt.date" and all(isinstance(a, ast.Constant) for a in node.args)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _list_of(node: ast.expr) -> str:
    """The closed list of which this is a word; empty: it is none."""
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
        return ""
    name = SHORT.get(node.value.id.removeprefix("_"), node.value.id)
    return name if node.attr in _closed_lists().get(name, ()) else ""


@cache
def _closed_lists() -> dict[str, tuple[str, ...]]:
    tree = ast.parse(path_of("permis.domain.vocabulary").read_text("utf-8"))
    return {
        node.name: tuple(
            target.id
            for line in node.body
            if isinstance(line, ast.Assign)
            for target in line.targets
            if isinstance(target, ast.Name)
        )
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }


def _inner_names(node: ast.AST) -> Iterator[ast.Name]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Name))


def _said(node: ast.expr) -> str:
    return ast.unparse(node)[:90]
