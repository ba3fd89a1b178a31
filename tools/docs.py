"""Writes docs/generated from the four tables: `make docs`. Nothing in those files is written by hand.

    tools/docs.py            write them
    tools/docs.py --check    write nothing; exit 1 with the list of those that are stale

It reads `permis.domain` alone, which is plain Python: no Django, no database, no clock.
"""

import argparse
import datetime as dt
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from permis.domain import legal, required, rights
from permis.domain.asked import STEPS
from permis.domain.asked.table import Question
from permis.domain.conditions import always
from permis.domain.kept import KEPT
from permis.domain.legal import Source
from permis.domain.lifecycle import ENDED, MAX_SENDS, ROWS, START_TERMS, TERMS, Row, Term
from permis.domain.pieces import PIECES
from permis.domain.required.table import Fee, Need, Note, Rules
from permis.domain.situation import FACTS
from permis.domain.terms import days, months
from permis.domain.vocabulary import Piece, Role, State

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
    """Rules motive by motive, and the texts."""
    about = (
        "Table 2, `permis/domain/required/`: one file a motive, one row a sentence. A row is read on the day of "
        "submission unless its test names another day; doubtful points stand in [law.md](../law.md)."
    )
    return page(
        "What is required, and why",
        about,
        *(motive_part(required.rules_of(motive)) for motive in required.FILES),
        "## What is presumed when nobody said it",
        "A rule that reads one of these facts before it is known takes this value; any other fact is never "
        "presumed, and the rule that lacks it is left undecided.",
        table(("fact", "presumed"), [(code(f.name), f.says) for f in FACTS if f.says]),
        "## What may be driven meanwhile",
        table(
            ("what", "how long", "source"),
            [
                (
                    "driving in France with the exam certificate (CEPC) and an identity paper",
                    f"{rights.CEPC_MONTHS} months from the exam day, date to date, last day included",
                    str(legal.F2828),
                ),
                (
                    "driving in France with the ADCS and an identity paper after a loss",
                    f"{rights.ADCS_MONTHS} months from the day the request is sent, date to date, last day included",
                    str(legal.F1727),
                ),
                (
                    "probation of a first licence",
                    f"{rights.PROBATION_YEARS} years",
                    str(rights.PROBATION_SOURCE),
                ),
                (
                    "probation after accompanied driving (AAC)",
                    f"{rights.PROBATION_YEARS_AAC} years",
                    str(rights.PROBATION_SOURCE),
                ),
            ],
        ),
        "## Texts",
        "The date is that of the copy, or of the version in force, that `permis/domain/legal.py` names.",
        table(("key", "text", "dated"), [(code(s.key), s.title, s.read_on) for s in texts()]),
    )


def motive_part(rules: Rules) -> str:
    """Everything about one motive."""
    parts = (
        f"## {rules.motive}: {rules.motive.label}",
        (
            f"{'It gives a card.' if rules.makes_card else 'It gives no card.'} "
            f"{'It can be cancelled by the person before the decision.' if rules.cancellable else 'It cannot be cancelled by the person once it was sent.'} "
            f"Usual delay, from the sending to the letter: {rules.delay.low} to {rules.delay.high} weeks ({rules.delay.source})."
        ),
        "### What it costs",
        "Of several rows, the first that holds decides.",
        table(
            ("row", "cost", "when", "because", "source", "in force"),
            [(code(f.key), euros(f.cents), when(f), f.because, str(f.source), force(f)) for f in rules.fees],
        ),
        "### When the request is barred",
        "Read in this order; one that lacks a fact keeps those after it from deciding.",
        table(
            ("row", "when", "outcome", "what the person reads", "reason", "source"),
            [
                (code(b.key), b.when.yes, code(b.outcome), b.because, b.reason or NOTHING, str(b.source))
                for b in rules.bars
            ],
        ),
        "### What is asked",
        (
            "A piece that two rows ask for is asked once, for the first reason. *To whom* is how the list of all "
            "documents says it."
        ),
        table(
            ("row", "piece", "when", "to whom", "because", "asked", "source", "in force"),
            [
                (
                    code(n.key),
                    pieces(n),
                    when(n),
                    n.who,
                    n.because,
                    "recommended" if n.recommended else "required",
                    str(n.source),
                    force(n),
                )
                for n in rules.needs
            ],
        ),
        "### What must be known beside the documents",
        table(
            ("row", "when", "what the person reads", "source", "in force"),
            [(code(n.key), when(n), n.says, str(n.source), force(n)) for n in rules.notes],
        ),
    )
    return "\n\n".join(parts)


def euros(cents: int) -> str:
    """An amount as it is written in French."""
    return f"{cents // 100},{cents % 100:02} €"


def pieces(need: Need) -> str:
    """What a row asks: each group in turn, inside a group any one will do."""
    return "; ".join(" or ".join(named(piece) for piece in group) for group in need.pieces)


def named(piece: Piece) -> str:
    """A piece with its French name, when it has one."""
    return f"`{piece}` {PIECES[piece].label}" if piece in PIECES else code(piece)


def when(row: Need | Fee | Note) -> str:
    """The yes sentence of the row's test."""
    return row.when.yes


def force(row: Need | Fee | Note) -> str:
    """From when to when the row is law."""
    since = f"since {row.since.isoformat()}" if row.since else ""
    until = f"until {row.until.isoformat()}" if row.until else ""
    return " ".join(filter(None, (since, until))) or "no date"


def texts() -> list[Source]:
    """Every text of the module, in its order."""
    return [value for value in vars(legal).values() if isinstance(value, Source)]


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


# --- Writing and checking --------------------------------------------------------------------------------

PAGES: dict[str, Callable[[], str]] = {
    "lifecycle.md": lifecycle,
    "law.md": law,
    "questions.md": questions,
    "kept.md": kept,
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
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in old:
        (FOLDER / name).write_text(PAGES[name](), "utf-8")
    print(f"docs/generated: {len(old)} written, {len(PAGES) - len(old)} already fresh")
    return 0


if __name__ == "__main__":
    sys.exit(main())
