"""Writes docs/generated from the four tables: `make docs`. Nothing in those files is written by hand.

    tools/docs.py            write them
    tools/docs.py --check    write nothing; exit 1 with the list of those that are stale

It reads `permis.domain` and the table of checks, which are plain Python: no Django, no database, no clock.
"""

import argparse
import datetime as dt
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from permis.domain import axis, readable, required
from permis.domain.asked import STEPS
from permis.domain.asked.table import Question
from permis.domain.conditions import always
from permis.domain.door.schema import DRAFT, input_schema, output_schema
from permis.domain.kept import KEPT
from permis.domain.lifecycle import ENDED, MAX_SENDS, ROWS, START_TERMS, TERMS, Row, Term
from permis.domain.pieces import PIECES
from permis.domain.readable import Line
from permis.domain.situation import FACTS
from permis.domain.terms import days, months
from permis.domain.vocabulary import Motive, Role, State
from permis.evidence import checks

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "generated"
NOTICE = (
    "<!-- Written by tools/docs.py from the tables. Do not edit: change the table, then run `make docs`. -->"
)
NOTHING = "–"


# --- Markdown --------------------------------------------------------------------------------------------


def page(title: str, about: str, *parts: str) -> str:
    """One file."""
    return "\n\n".join((NOTICE, f"# {title}", about, *parts)) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """One table; a cell never breaks it."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(cell(text) for text in row) + " |" for row in rows]
    return "\n".join(lines)


def cell(text: str) -> str:
    """A text as a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|") or NOTHING


def code(text: str) -> str:
    """A word of the program."""
    return f"`{text}`"


def listed(words: Iterable[str]) -> str:
    """Words one after the other, or a dash."""
    return ", ".join(words) or NOTHING


# --- Table 3, what may happen ----------------------------------------------------------------------------


def lifecycle() -> str:
    """States, verbs and deadlines."""
    about = (
        "Table 3, `permis/domain/lifecycle.py`: one row says who may do what, from where, where it leads, what "
        "must hold, what the citizen reads and which deadlines begin. The states are described in French, as "
        "the citizen reads them."
    )
    return page(
        "What may happen to a dossier",
        about,
        f"```mermaid\n{diagram()}\n```",
        "## State by state",
        *(state_part(state) for state in State),
        "## Deadlines",
        "The day of a deadline is its last day, included. A verb is said by the system the day after it, and "
        "carries that legal day; a message is sent on it. A deadline lapses when the dossier leaves the states "
        "in which it lives.",
        term_table(),
        "## Limits",
        table(
            ("what", "value", "where"),
            [("letters sent for one card, in all", str(MAX_SENDS), code("lifecycle.py:MAX_SENDS"))],
        ),
    )


def diagram() -> str:
    """The states and verbs as Mermaid draws them; two verbs on one way share an arrow."""
    ways: dict[tuple[State, State], list[str]] = {}
    for row in ROWS:
        verbs = ways.setdefault((row.before, row.after), [])
        if row.verb not in verbs:
            verbs.append(row.verb)
    lines = ["stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    lines += [f"    {state} : {state.label}" for state in State]
    lines += [f"    {before} --> {after} : {', '.join(verbs)}" for (before, after), verbs in ways.items()]
    lines += [f"    {state} --> [*]" for state in State if state in ENDED]
    return "\n".join(lines)


def state_part(state: State) -> str:
    """What may be done from one state."""
    rows = [row for row in ROWS if row.before is state]
    heads = (
        "who",
        "verb",
        "to",
        "needs",
        "what the citizen reads",
        "message",
        "deadlines that begin",
        "source",
    )
    body = table(heads, [row_cells(row) for row in rows]) if rows else "Nothing more happens from here."
    title = f"### {state}: {state.label}"
    return f"{title}\n\n{body}"


def row_cells(row: Row) -> tuple[str, ...]:
    """One row of the table."""
    return (
        listed(role for role in Role if role in row.actors),
        code(row.verb),
        code(row.after),
        NOTHING if row.needs.name == "nothing" else code(row.needs.name),
        row.says,
        code(row.tells) if row.tells else NOTHING,
        listed(code(term.what) for term in row.terms),
        str(row.source),
    )


def term_table() -> str:
    """Every deadline of the table."""
    heads = ("deadline", "what it is", "begins with", "last day", "then", "lives while in", "source")
    return table(heads, [term_cells(term) for term in TERMS.values()])


def term_cells(term: Term) -> tuple[str, ...]:
    """One deadline."""
    begins = [f"`{row.verb}` from `{row.before}`" for row in ROWS if term in row.terms]
    if term in START_TERMS:
        begins.insert(0, "a new draft")
    return (
        code(term.what),
        term.label,
        listed(dict.fromkeys(begins)),
        length(term.after),
        f"the system says `{term.then}`" if term.then else "a message",
        listed(code(state) for state in State if state in term.while_in),
        str(term.source),
    )


def length(after: Callable[[dt.date], dt.date]) -> str:
    """How long a term is, found by trying it: the table holds a function and not a number."""
    tried = (dt.date(2024, 1, 31), dt.date(2025, 3, 15), dt.date(2026, 12, 31))
    found = {(after(day) - day).days for day in tried}
    if len(found) == 1:
        count = found.pop()
        if all(after(day) == days(day, count) for day in tried):
            return f"{count} days after"
    for count in range(1, 121):
        if all(after(day) == months(day, count) for day in tried):
            return f"{count} months after, date to date"
    raise ValueError("a term that is neither days nor months: say here how it is counted")


# --- Table 2, what we require ----------------------------------------------------------------------------


def law() -> str:
    """Rules motive by motive, what changed, the matrix and the texts: the reading that the page /regles/ shows too."""
    about = (
        "Table 2, `permis/domain/required/`: one file a motive, one row a sentence, read in words by "
        "`permis/domain/readable.py:chapter`, which also makes the public page of the rules. A row is read on the day of "
        "submission unless it names another day; doubtful points stand in [law.md](../law.md). The texts were read "
        f"up to {required.CHECKED_TO.isoformat()}; before {required.LAW_FROM.isoformat()} the tables do not say the "
        "whole law."
    )
    return page(
        "What is required, and why",
        about,
        "## Which motive asks for which document",
        "● always, ○ in some cases, ◌ recommended.",
        matrix_table(),
        "## Rows that several motives share",
        "Written once; the motives name them by their key.",
        lines_table(sorted(shared(), key=lambda line: line.key)),
        *(motive_part(motive) for motive in required.FILES),
        "## What changed",
        "Rows that begin, or have ended, since the tables say the whole law.",
        changes_table(),
        "## What is presumed when nobody said it",
        "A rule that reads one of these facts before it is known takes this value; any other fact is never "
        "presumed, and the rule that lacks it is left undecided.",
        table(("fact", "for", "presumed"), presumed_rows()),
        "## How long a category lasts after a medical opinion, at most",
        table(
            ("categories", "age on the day of the opinion", "years", "source"),
            [
                (group, age, str(years), str(source))
                for group, age, years, source in readable.medical_periods()
            ],
        ),
        "## Texts",
        "The date is that of the copy, or of the version in force, that `permis/domain/legal.py` names.",
        table(("key", "text", "dated"), [(code(s.key), s.title, s.read_on) for s in readable.texts()]),
    )


SIGNS = {readable.ALWAYS: "●", readable.SOMETIMES: "○", readable.OPTIONAL: "◌"}


def matrix_table() -> str:
    """Documents in rows, motives in columns."""
    documents, rows = readable.matrix()
    return table(
        ("document", *(code(motive) for motive in rows)),
        [
            (
                f"{code(piece)} {readable.named(piece)}",
                *(SIGNS.get(row.get(piece, ""), "") for row in rows.values()),
            )
            for piece in documents
        ],
    )


@cache
def shared() -> frozenset[Line]:
    """The rows that stand alike in two motives or more; of a key that is told in two ways, the more usual one."""
    met = Counter(line for motive in required.FILES for line in set(readable.chapter(motive).lines))
    usual: dict[str, Line] = {}
    for line, times in met.most_common():
        if times > 1:
            usual.setdefault(line.key, line)
    return frozenset(usual.values())


def motive_part(motive: Motive) -> str:
    """Everything about one motive: the rows that others share by their key, in their place, its own in full."""
    told = readable.chapter(motive)
    parts = [
        f"## {motive}: {motive.label}",
        (
            f"It ends with: {told.result.label}. "
            f"{'It can be cancelled by the person before the decision.' if told.cancellable else 'It cannot be cancelled by the person once it was sent.'} "
            f"Usual delay, from the sending to the end: {told.delay.low} to {told.delay.high} weeks ({told.delay.source})."
        ),
    ]
    for title, about, lines in (
        (
            "What is asked",
            "A piece that two rows ask for is asked once, for the first reason.",
            told.documents,
        ),
        (
            "When the request is barred",
            "Read in this order; one that lacks a fact keeps those after it from deciding.",
            told.outcomes,
        ),
        ("What it costs", "Of several rows, the first that holds decides.", told.fees),
        ("What may be driven meanwhile", "Papers carried together, in France.", told.drive),
        ("Days that count", "", told.dates),
        ("What must be known beside the documents", "", told.notes),
    ):
        own = [line for line in lines if line not in shared()]
        order = listed(code(line.key) for line in lines)
        if lines:
            parts += filter(
                None, (f"### {title}", about, f"In order: {order}.", lines_table(own) if own else "")
            )
    if told.probation:
        terms = [f"{years} years, {when or always.yes}" for when, years in told.probation]
        parts += ["### Probation", "; ".join(terms) + ". Of several, the first that holds."]
    return "\n\n".join(parts)


def lines_table(lines: Sequence[Line]) -> str:
    """The rows of one kind; a column that none of them fills is left out."""
    heads = ("row", "what", "when", "because", "instead", "mark", "source", "in force")
    rows = [
        (
            code(line.key),
            line.what,
            line.when or always.yes,
            line.why,
            line.instead,
            line.mark,
            str(line.source),
            force(line),
        )
        for line in lines
    ]
    kept = [n for n in range(len(heads)) if any(row[n] for row in rows)]
    return table([heads[n] for n in kept], [[row[n] for n in kept] for row in rows])


def force(line: Line) -> str:
    """From when to when the row is law, and by whose day; empty when the texts name none."""
    since = f"since {line.since.isoformat()}" if line.since else ""
    until = f"until {line.until.isoformat()}" if line.until else ""
    days_of = f"({line.law_of})" if line.law_of else ""
    return " ".join(filter(None, (since, until, days_of)))


def changes_table() -> str:
    """What began or ended along the time axis."""
    found = axis.changes(required.LAW_FROM, required.CHECKED_TO)["changes"]
    return table(
        ("day", "", "row", "motives", "what", "source"),
        [
            (c["date"], c["change"], code(c["key"]), listed(map(code, c["motives"])), c["text"], c["source"])
            for c in found
        ],
    )


def presumed_rows() -> list[tuple[str, str, str]]:
    """Every presumption: for all motives, or for some."""
    found = [(code(f.name), "all", f.usual.says) for f in FACTS if f.usual]
    for fact in FACTS:
        by_words: dict[str, list[str]] = {}
        for motive, presumed in fact.usual_for.items():
            by_words.setdefault(presumed.says, []).append(code(motive))
        found += [(code(fact.name), listed(sorted(motives)), says) for says, motives in by_words.items()]
    return found


# --- Table 1, what we ask --------------------------------------------------------------------------------


def questions() -> str:
    """Step by step."""
    about = (
        "Table 1, `permis/domain/asked/`: one file a step. The form, the summary, the receipt and the agent's "
        "screen are readings of it. Every question says why it is asked."
    )
    parts = []
    for n, step in enumerate(STEPS, 1):
        rows = [
            (
                code(q.name),
                q.label,
                code(q.kind),
                "yes" if q.required else "no",
                asked_of(q),
                q.why,
            )
            for q in step.questions
        ]
        shown = "" if step.when is always else f"\n\nShown when: {step.when.yes}."
        parts.append(
            f"## {n}. {step.title} (`{step.slug}`){shown}\n\n"
            + table(("name", "question", "kind", "must be answered", "asked when", "why"), rows)
        )
    return page("What is asked, and why", about, *parts)


def asked_of(question: Question) -> str:
    """Of whom a question of a step is asked: by the rules, and after which answer."""
    said = [] if question.when is always else [question.when.yes]
    if question.only_if:
        name, wanted = question.only_if
        values = (wanted,) if isinstance(wanted, str) else wanted
        said.append(
            f"`{name}` is " + " or ".join(code(value) if value else "not answered" for value in values)
        )
    return "; ".join(said) or always.yes


# --- Table 4, what we keep -------------------------------------------------------------------------------


def kept() -> str:
    """Data by data."""
    about = (
        "Table 4, `permis/domain/kept.py`: what is kept, until when, because of what, and what « gone » means. "
        "This release states these durations and does not carry them out yet: see [not-done.md](../not-done.md)."
    )
    rows = [
        (
            row.data,
            listed(code(field) for field in row.fields),
            row.until,
            row.because,
            str(row.source),
            row.gone,
        )
        for row in KEPT
    ]
    return page(
        "What is kept, and for how long",
        about,
        table(("data", "fields", "until", "because", "source", "how it goes"), rows),
    )


# --- The checks of documents --------------------------------------------------------------------------------


def evidence_checks() -> str:
    """Check by check, and what is measured."""
    about = (
        "The table of `permis/evidence/checks.py`: what is looked at in each file that somebody gives, for which pieces, "
        "compared with what, and what its failure means. A machine refuses nobody alone: what warns is told at once, and "
        "the person may keep the file, which the agent then sees. The measures are those of `permis/vision/page.py`."
    )
    rows = [
        (code(row.code), row.label, _runs_for(row), row.compares, row.fails.label) for row in checks.CHECKS
    ]
    return page(
        "What is checked in a document",
        about,
        table(("check", "what is looked at", "for", "compared with", "when it fails"), rows),
    )


def _runs_for(row: checks.Check) -> str:
    """The pieces for which a check runs; short where it is nearly all of them."""
    whole = [
        piece
        for piece, piece_about in PIECES.items()
        if any(row.runs_for(piece, side, False) for side, _ in piece_about.sides)
    ]
    if len(whole) == len(PIECES):
        return "every piece"
    if len(whole) > len(PIECES) // 2:
        left = [piece.value for piece in PIECES if piece not in whole]
        return f"every piece but {listed(code(name) for name in left)}"
    return listed(code(piece.value) for piece in whole)


# --- The shapes of what programs send and get ------------------------------------------------------------


def schema(name: str, make: Callable[[], dict[str, Any]]) -> Callable[[], str]:
    """One JSON Schema as a file."""

    def text() -> str:
        head = {
            "$schema": DRAFT,
            "$id": name,
            "$comment": "Written by tools/docs.py. Do not edit: `make docs`.",
        }
        return json.dumps({**head, **make()}, ensure_ascii=False, indent=2) + "\n"

    return text


# --- Writing and checking --------------------------------------------------------------------------------

PAGES: dict[str, Callable[[], str]] = {
    "lifecycle.md": lifecycle,
    "law.md": law,
    "questions.md": questions,
    "kept.md": kept,
    "checks.md": evidence_checks,
    **{
        f"schema/{name}": schema(name, make)
        for name, make in {
            "pieces-situation.json": input_schema,
            "pieces.json": output_schema,
            "law.json": axis.schema,
            "law-changes.json": partial(axis.schema, of_changes=True),
        }.items()
    },
}


def stale() -> list[str]:
    """The names of the files that are not what the tables say now."""
    return [name for name, make in PAGES.items() if _read(FOLDER / name) != make()]


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def main() -> int:
    """Writes the files, or says which are stale."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is stale")
    given = parser.parse_args()
    old = stale()
    if given.check:
        for name in old:
            print(f"docs/generated/{name} is stale: run `make docs`")
        return 1 if old else 0
    for name in old:
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(PAGES[name](), "utf-8")
    print(f"docs/generated: {len(old)} written, {len(PAGES) - len(old)} already fresh")
    return 0


if __name__ == "__main__":
    sys.exit(main())
