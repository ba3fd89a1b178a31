"""Writes the small style sheets from the readable one: `python -m permis.design.minify`.

`skin.min.css` is `skin.css` without comments and idle spaces. `tp.css` keeps of it only what the State's
skin does not have (the rules that speak of `.tp-`); it is worn on top of that skin by an entitled operator.
Both come from the source alone, so that a test can say whether they are fresh.
"""

import re
from collections.abc import Iterator
from pathlib import Path

STATIC = Path(__file__).parent / "static" / "design"
SOURCE = STATIC / "skin.css"

_TOKENS = re.compile(r"""(?P<comment>/\*.*?\*/)|(?P<string>"[^"\n]*"|'[^'\n]*')""", re.DOTALL)


def minify(css: str) -> str:
    """The same rules, smaller. Strings are left as they are; spaces around + and - stay (calc needs them)."""
    kept: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        if found["comment"]:
            return " "
        kept.append(found["string"])
        return f"\x00{len(kept) - 1}\x00"

    css = _TOKENS.sub(put_aside, css)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,>]) ?", r"\1", css)
    for long, short in ((": ", ":"), (";}", "}"), (" !important", "!important"), (") * ", ")*")):
        css = css.replace(long, short)
    # Between neighbours + needs no space; inside calc it does.
    css = re.sub(r"[^{}]+(?=\{)", lambda head: head[0].replace(" + ", "+"), css)
    css = re.sub(r"#([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3\b", r"#\1\2\3", css)
    css = re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], css)
    return css.strip() + "\n"


def ours(css: str) -> str:
    """The rules of a minified sheet whose selector speaks of `.tp-` (with `progress` and `kbd`)."""
    return "".join(_ours(css)) + "\n"


def _rules(css: str) -> Iterator[tuple[str, str]]:
    start = 0
    while (opening := css.find("{", start)) >= 0:
        depth, end = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[start:opening].strip(), css[opening + 1 : end - 1].strip()
        start = end


def _ours(css: str) -> Iterator[str]:
    for head, body in _rules(css):
        if head.startswith("@media"):
            if inner := "".join(_ours(body)):
                yield f"{head}{{{inner}}}"
        elif not head.startswith("@"):
            selectors = re.split(r",(?![^(]*\))", head)
            if mine := [
                one for one in selectors if ".tp-" in one or re.search(r"(^|\s)(progress|kbd)\b", one)
            ]:
                yield f"{','.join(mine)}{{{body}}}"


def built() -> dict[str, str]:
    """What each built sheet should contain, by file name."""
    small = minify(SOURCE.read_text(encoding="utf-8"))
    return {"skin.min.css": small, "tp.css": ours(small)}


if __name__ == "__main__":
    for name, text in built().items():
        (STATIC / name).write_text(text, encoding="utf-8")
