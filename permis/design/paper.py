"""Papers: data in, an accessible PDF out.

`render("receipt", data, on=day)` fills the template `paper/receipt.typ` with `data` and returns a tagged
PDF (PDF/UA-1). What a person typed reaches the template as JSON, so it is text and never an instruction.
Only the fonts of `fonts/` are used: the same input gives the same bytes on every machine.

The keys that a template reads are listed at its head.
"""

import bisect
import datetime
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

TEMPLATES = Path(__file__).with_name("paper")
FONTS = Path(__file__).with_name("fonts")

MISSING = "□"  # stands for each character that cannot be printed
MARKS_KEPT = 3  # accents over one letter; more of them would climb over the lines above
WORD = 24  # a longer word may be cut …
CHUNK = 12  # … every so many characters
BREAK = "\u200b"  # where a line may end, without a hyphen

_Ranges = tuple[list[int], list[int]]  # first and last code points, in order


def render(template: str, data: Mapping[str, Any], *, on: datetime.date) -> bytes:
    """The paper `template` filled with `data` (what JSON can say), as a PDF/UA-1 file dated `on`.

    The same arguments give the same bytes. No text in `data` can make it fail: `printable` goes over each
    one first, and long words are given places to break. An unknown template is a LookupError; a key that
    the template needs and `data` lacks is a `typst.TypstError`.
    """
    import typst  # noqa: PLC0415  80 MB: only the processes that make papers load it

    if template not in templates():
        raise LookupError(f"no paper named {template!r}; there are: {', '.join(templates())}")
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),  # a template reads nothing outside its own folder
        font_paths=_fonts(),
        sys_inputs={"data": json.dumps(_prepared(data), ensure_ascii=False)},
        format="pdf",
        pdf_standards="ua-1",
        timestamp=datetime.datetime.combine(on, datetime.time(12), datetime.UTC),
    )


@cache
def templates() -> tuple[str, ...]:
    """The names that `render` knows. A file that begins with an underscore is shared by the others."""
    return tuple(sorted(path.stem for path in TEMPLATES.glob("[!_]*.typ")))


def printable(text: str) -> str:
    """`text` with only what our fonts can draw, as close as can be to what was typed.

    What the fonts lack is folded (a full-width letter gives the plain one), or else replaced by a "□".
    Controls, direction marks, joiners and variation selectors are removed. Line ends become "\\n", every
    other space that the fonts lack an ordinary one.
    """
    text = unicodedata.normalize("NFC", _LINE_END.sub("\n", text))
    folded = "".join(piece for char in text for piece in _folded(char))
    return "".join(_tamed(unicodedata.normalize("NFC", folded)))


_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def _folded(char: str) -> Iterator[str]:
    """What stands for one character."""
    category = unicodedata.category(char)
    if char == "\n":
        yield char
    elif category == "Zs" or char == "\t":
        yield char if _drawable(char) else " "
    elif category in ("Cc", "Cf") or _is_selector(char):
        return
    elif category in ("Cs", "Co", "Cn"):  # halves of pairs, private use, not assigned
        yield MISSING
    elif _drawable(char):
        yield char
    else:
        yield from _decomposed(char)


def _decomposed(char: str) -> Iterator[str]:
    """The simpler characters that a character is made of; failing that, its letter; failing that, a box."""
    parts = unicodedata.normalize("NFKD", char)
    letters = [part for part in parts if not unicodedata.combining(part)]
    if parts != char and letters and all(_drawable(part) for part in letters):
        yield from (part for part in parts if _drawable(part))
    elif not _is_mark(char):
        yield MISSING


def _tamed(text: str) -> Iterator[str]:
    """`text` without the marks that no font can draw together with their letter, nor more than three."""
    able: list[_Ranges] = []  # the fonts that have the letter and its marks so far
    marks = 0
    for char in text:
        if not _is_mark(char):
            able, marks = [] if char.isspace() else [font for font in _coverage() if _has(font, char)], 0
            yield char
        elif marks < MARKS_KEPT and (both := [font for font in able if _has(font, char)]):
            able, marks = both, marks + 1
            yield char


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _is_selector(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef" or char == "\u034f"


def _drawable(char: str) -> bool:
    return any(_has(font, char) for font in _coverage())


def _has(font: _Ranges, char: str) -> bool:
    """Whether that font has a glyph for this character."""
    starts, ends = font
    place = bisect.bisect_right(starts, ord(char)) - 1
    return place >= 0 and ord(char) <= ends[place]


@cache
def _coverage() -> list[_Ranges]:
    """What each font has, from `fonts/coverage.txt`, which a test holds to the fonts themselves."""
    fonts: list[_Ranges] = []
    for line in (FONTS / "coverage.txt").read_text("ascii").splitlines():
        if line.startswith("#"):
            fonts.append(([], []))
        else:
            first, _, last = line.partition("-")
            fonts[-1][0].append(int(first, 16))
            fonts[-1][1].append(int(last or first, 16))
    return fonts


@cache
def _fonts() -> "typst.Fonts":
    import typst  # noqa: PLC0415

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _prepared(value: Any) -> Any:
    """The same data with every text printable, and every long word breakable."""
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda word: _breakable(word[0]), printable(value))
    if isinstance(value, Mapping):
        return {key: _prepared(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_prepared(item) for item in value]
    return value


_LONG_WORD = re.compile(rf"[^ \n]{{{WORD + 1},}}")


def _breakable(word: str) -> str:
    """`word` with a place to break before every twelfth letter (never between a letter and its accents)."""
    pieces, length = [""], 0
    for char in word:
        if length >= CHUNK and not _is_mark(char):
            pieces, length = [*pieces, ""], 0
        pieces[-1], length = pieces[-1] + char, length + 1
    return BREAK.join(pieces)
