"""Finds a machine-readable zone on a picture, straightens it, reads it twice, and says whether the reading is certain.

What makes a reading certain is in docs/mrz.md. It never is when a sign had to be put right so that the check digits
agree. Loaded in the cage and nowhere else: `pages` is a task of it.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from permis.standards import mrz
from permis.standards.mrz import ALPHABET, SHAPES, Kind
from permis.vision import files, ocr
from permis.vision.files import Made
from permis.vision.mrz_file import ABSENT

Grey = NDArray[np.uint8]
Array = NDArray[Any]

cv2.setNumThreads(1)  # the cage has no thread to give

LONG_SIDES = (1600, 2400, 1000)  # pixels at which signs are looked for, one after the other
FEWEST = 14  # signs of a line that must be found; the others are read where they should be
WIDE = 24  # pixels of a strip for each sign: three columns of the model
TALLS = (1.75, 2.05)  # height of a strip, in heights of a capital: the first and the second reading
READ = -0.9  # mean logarithm of a sign's probability, under which this is no zone
ENOUGH = -0.12  # over which nothing else is tried
SURE, SURE_ALONE = 0.35, 0.60  # of the least sure sign; of one that no check digit sees
STANDS_OUT = 0.7  # by how much, as a logarithm, one mending must be likelier than the next
ROWS = 18  # that the model reads on one picture, at most: what has no zone would otherwise take seconds
GIVEN_UP = 3  # groups of lines that are read on one picture, at most


@dataclass(frozen=True)
class Reading:
    """The lines that were read. `certain`: two readings agree, and everything else that docs/mrz.md asks."""

    kind: Kind
    lines: tuple[str, ...]
    certain: bool
    repaired: bool  # a sign was changed so that the check digits agree
    score: float  # mean logarithm of a sign's probability
    least: float  # probability of the least sure sign
    doubts: tuple[str, ...] = ()  # codes: why it is not certain


# ── Lines of signs ──────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class _Line:
    """A row of signs at an even pitch, in pixels."""

    points: Array  # n × 2, from left to right
    tall: float
    pitch: float

    @property
    def curve(self) -> Array:
        """The height of its middle as a polynomial of x."""
        x, y = self.points[:, 0], self.points[:, 1]
        curve = np.polyfit(x, y, 1)
        near = np.abs(np.polyval(curve, x) - y) < 0.5 * self.tall
        if near.sum() >= 20:
            curve = np.polyfit(x[near], y[near], 2)
        return np.asarray(curve)

    def at(self, x: float) -> float:
        """Where its middle is."""
        return float(np.polyval(self.curve, x))


def _ink(grey: Grey) -> Grey:
    """Dark strokes, whatever the light on the paper: darker than half of the darkest around them."""
    hat = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, cv2.getStructuringElement(cv2.MORPH_RECT, (25, 25)))
    peak = cv2.dilate(hat, np.ones((31, 31), np.uint8))
    return np.asarray((hat > np.maximum(14, 0.5 * peak)), np.uint8)


def _lines(grey: Grey) -> list[_Line]:
    """The rows of signs of one height at an even pitch."""
    count, _, stats, centres = cv2.connectedComponentsWithStats(_ink(grey), connectivity=8)
    if count < FEWEST:
        return []
    wide, tall = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    middle_x = stats[1:, cv2.CC_STAT_LEFT] + wide / 2
    middle_y = stats[1:, cv2.CC_STAT_TOP] + tall / 2
    del centres
    fit = (tall >= 6) & (tall <= 90) & (wide >= 2) & (wide <= 1.5 * tall) & (wide >= 0.1 * tall)
    signs = np.stack([middle_x[fit], middle_y[fit], tall[fit]], 1)
    if not FEWEST <= len(signs) <= 12_000:
        return []
    signs = signs[np.argsort(signs[:, 0])]
    found = [line for chain in _chains(signs) if (line := _line(signs[chain])) is not None]
    return _joined(found)


def _chains(signs: Array) -> list[list[int]]:
    """Signs that follow one another from left to right."""
    after: dict[int, int] = {}
    taken: set[int] = set()
    for at, (x, y, tall) in enumerate(signs):
        last = int(np.searchsorted(signs[:, 0], x + 3.0 * tall))
        near = signs[at + 1 : last]
        if not len(near):
            continue
        ahead = near[:, 0] - x
        both = np.maximum(near[:, 2], tall)
        good = (
            (ahead > 0.4 * both)
            & (ahead < 2.4 * both)
            & (np.abs(near[:, 1] - y) < 0.3 * both)
            & (near[:, 2] < 1.8 * tall)
            & (tall < 1.8 * near[:, 2])
        )
        if good.any():
            to = at + 1 + int(np.argmin(np.where(good, ahead + np.abs(near[:, 1] - y), np.inf)))
            if to not in taken:
                after[at] = to
                taken.add(to)
    chains = []
    for at in range(len(signs)):
        if at in taken or at not in after:
            continue
        chain = [at]
        while chain[-1] in after:
            chain.append(after[chain[-1]])
        if len(chain) >= 6:
            chains.append(chain)
    return chains


def _line(signs: Array) -> _Line | None:
    """A row, when its pitch is even: that of print is not."""
    steps = np.diff(signs[:, 0])
    pitch = float(np.median(steps))
    for _ in range(2):
        times = np.maximum(1, np.round(steps / pitch))
        pitch = float(np.median(steps / times))
    off = np.abs(steps / pitch - np.round(steps / pitch))
    tall = float(np.percentile(signs[:, 2], 75))
    if np.mean(off < 0.22) < 0.7 or not 0.6 < pitch / tall < 1.9:
        return None
    return _Line(signs[:, :2], tall, pitch)


def _joined(lines: Sequence[_Line]) -> list[_Line]:
    """Rows that a spot or a hole cut in two are one again."""
    left = sorted(lines, key=lambda line: -len(line.points))
    kept: list[_Line] = []
    for line in left:
        x, y = line.points.mean(axis=0)
        for rank, other in enumerate(kept):
            slope, middle = np.polyfit(other.points[:, 0], other.points[:, 1], 1)
            alike = 0.85 < line.pitch / other.pitch < 1.18
            if alike and abs(slope * x + middle - y) < 0.45 * other.tall:
                apart = max(line.points[0, 0] - other.points[-1, 0], other.points[0, 0] - line.points[-1, 0])
                if apart < 16 * other.pitch:
                    points = np.concatenate([other.points, line.points])
                    kept[rank] = _Line(points[np.argsort(points[:, 0])], other.tall, other.pitch)
                    break
        else:
            kept.append(line)
    return [line for line in kept if len(line.points) >= FEWEST]


def _zones(lines: Sequence[_Line]) -> list[list[_Line]]:
    """Rows that stand under one another like those of a zone, the most promising group first; single ones last."""
    groups: list[list[_Line]] = []
    for line in sorted(lines, key=lambda one: one.at(float(one.points[:, 0].mean()))):
        for group in groups:
            above = group[-1]
            x = float((line.points[:, 0].mean() + above.points[:, 0].mean()) / 2)
            gap = line.at(x) - above.at(x)
            over = min(line.points[-1, 0], above.points[-1, 0]) - max(line.points[0, 0], above.points[0, 0])
            if (
                0.87 < line.pitch / above.pitch < 1.15
                and 0.7 < line.tall / above.tall < 1.45
                and 1.1 * line.pitch < gap < 4.2 * line.pitch
                and over > 6 * line.pitch
            ):
                group.append(line)
                break
        else:
            groups.append([line])
    return sorted(groups, key=lambda group: -sum(len(line.points) for line in group))


# ── Strips ──────────────────────────────────────────────────────────────────────────────────────────────────
def _strip(grey: Grey, line: _Line, ends: tuple[float, float], tall: float) -> Grey:
    """One row as a straight strip, dark on light, with the margin of one sign at each end."""
    left, right = ends[0] - 1.1 * line.pitch, ends[1] + 1.1 * line.pitch
    width = min(ocr.WIDEST, max(ocr.SHORTEST, round((right - left) / line.pitch * WIDE)))
    curve = line.curve
    x = np.linspace(left, right, width)
    x = np.clip(x, left, right)
    y, slope = np.polyval(curve, x), np.polyval(np.polyder(curve), x)
    length = np.sqrt(1 + slope**2)
    v = np.linspace(-0.5, 0.5, ocr.HEIGHT)[:, None] * tall * line.tall
    map_x = (x[None] - v * (slope / length)[None]).astype(np.float32)
    map_y = (y[None] + v / length[None]).astype(np.float32)
    step = tall * line.tall / ocr.HEIGHT
    source = cv2.GaussianBlur(grey, (0, 0), 0.45 * step) if step > 1.4 else grey
    return np.asarray(
        cv2.remap(source, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )


def _even(strip: Grey) -> Grey:
    """The same with its own light and contrast: paper is white, the darkest stroke is black."""
    paper = cv2.GaussianBlur(cv2.dilate(strip, np.ones((15, 25), np.uint8)), (0, 0), 12.0).astype(np.float32)
    flat = strip.astype(np.float32) / np.maximum(paper, 1)
    low, high = float(np.percentile(flat, 1)), float(np.percentile(flat, 80))
    return np.asarray(np.clip((flat - low) / max(high - low, 0.02), 0, 1) * 255, np.uint8)


# ── From columns to signs ───────────────────────────────────────────────────────────────────────────────────
# What looks like a sign and cannot stand in its place is taken for it: OCR-B hardly tells O from 0.
_ALIKE = {
    "O": "0", "I": "1", "S": "5", "B": "8", "Z": "2", "G": "6",
    "0": "ODQ", "1": "IL", "5": "S", "8": "B", "2": "Z", "6": "G", "4": "A",
}  # fmt: skip


@functools.lru_cache(64)
def _seen_as(rule: str) -> Array:
    """For each sign that the model sees, which sign it counts for where only those of `rule` may stand."""
    found = np.eye(len(ALPHABET), dtype=np.float32)
    for sign, alike in _ALIKE.items():
        if sign in rule:
            for other in alike:
                if other not in rule:
                    found[ALPHABET.index(other), ALPHABET.index(sign)] = 1.0
    return found


@dataclass(frozen=True)
class _Path:
    """The best reading of one row under a grammar."""

    text: str
    score: float  # logarithm of the probability of the whole row, for each sign
    sure: Array  # of each sign, its probability
    others: Array  # of each sign, what every sign of the alphabet has there


def _forced(said: Array, rules: Sequence[str]) -> _Path | None:
    """The most likely text of exactly as many signs as there are rules, each allowed where it stands.

    The columns give "no sign" or a sign; a sign may take several columns, and two alike need a column between them.
    None when there are too few columns.
    """
    size = len(rules)
    if len(said) < size:
        return None
    blanks = np.log(np.maximum(said[:, 0], ocr.LITTLE))
    different = sorted(set(rules))
    which = [different.index(rule) for rule in rules]
    seen = np.stack([said[:, 1:] @ _seen_as(rule) for rule in different])
    logs = np.log(np.maximum(seen, ocr.LITTLE))
    forbidden = np.array([[sign not in rule for sign in ALPHABET] for rule in different])
    logs = np.where(forbidden[:, None, :], -np.inf, logs)[which]  # place × column × sign
    blank = np.full(size + 1, -np.inf)
    sign = np.full((size + 1, len(ALPHABET)), -np.inf)
    blank[0] = 0.0
    # where each state came from: 0 itself, 1 the blank before, 2 + k: sign k before
    from_sign = np.zeros((len(said), size + 1, len(ALPHABET)), np.int8)
    from_blank = np.zeros((len(said), size + 1), np.int8)
    for at in range(len(said)):
        order = np.argpartition(sign, -2, axis=1)[:, -2:]
        pair = np.take_along_axis(sign, order, 1)
        swap = pair[:, 0] > pair[:, 1]
        best = np.where(swap, order[:, 0], order[:, 1])
        second = np.where(swap, order[:, 1], order[:, 0])
        top, next_ = pair.max(axis=1), pair.min(axis=1)
        before = np.tile(top[:-1, None], (1, len(ALPHABET)))
        whence = np.tile(best[:-1, None], (1, len(ALPHABET)))
        rows = np.arange(size)
        before[rows, best[:-1]] = next_[:-1]
        whence[rows, best[:-1]] = second[:-1]
        stay, fresh = sign[1:], np.tile(blank[:-1, None], (1, len(ALPHABET)))
        chosen = np.maximum(np.maximum(stay, fresh), before)
        from_sign[at, 1:] = np.where(chosen == stay, 0, np.where(chosen == fresh, 1, 2 + whence))
        from_blank[at] = np.where(blank >= top, 1, 2 + best)
        blank = blanks[at] + np.maximum(blank, top)
        sign[1:] = chosen + logs[:, at]
    ends_blank = blank[size] >= sign[size].max()
    score = max(float(blank[size]), float(sign[size].max()))
    if not math.isfinite(score):
        return None
    last = -1 if ends_blank else int(sign[size].argmax())
    text, spots = _back(from_sign, from_blank, last)
    others = np.stack([seen[which[place], one].max(axis=0) for place, one in enumerate(spots)])
    chosen_ = others[np.arange(size), [ALPHABET.index(one) for one in text]]
    allowed = np.where(forbidden[which], 0.0, others).sum(axis=1)
    sure = np.minimum(chosen_, chosen_ / np.maximum(allowed, ocr.LITTLE))
    return _Path("".join(text), score / size, sure, others)


def _back(from_sign: Array, from_blank: Array, last: int) -> tuple[list[str], list[list[int]]]:
    """The text along the best path, and the columns of each of its signs. `last`: the sign at the end, -1 for none."""
    size = from_sign.shape[1] - 1
    text, spots = [""] * size, [list[int]() for _ in range(size)]
    place, now = size, last
    for at in range(len(from_sign) - 1, -1, -1):
        if now < 0:
            whence = int(from_blank[at, place])
            now = -1 if whence == 1 else whence - 2
            continue
        text[place - 1] = ALPHABET[now]
        spots[place - 1].append(at)
        whence = int(from_sign[at, place, now])
        if whence >= 1:
            place, now = place - 1, whence - 2 if whence >= 2 else -1
    return text, spots


@dataclass(frozen=True)
class _Guess:
    """A kind, and its rows as read under its grammar."""

    kind: Kind
    paths: tuple[_Path, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(path.text for path in self.paths)

    @property
    def score(self) -> float:
        """Of its worst row."""
        return min(path.score for path in self.paths)

    @property
    def right(self) -> int:
        """How many check digits are wrong, less than none: 0 is the best."""
        return -sum(not check.right(self.lines) for check in mrz.checks(self.kind, self.lines))


def _guess(said: Sequence[Array], kind: Kind) -> _Guess | None:
    """These rows as a zone of one kind; with the stricter rules of France when it says so."""
    found: _Guess | None = None
    for french in (False, True):
        if french and (found is None or found.lines[0][2:5] != "FRA"):
            break
        paths = [
            _forced(one, rules) for one, rules in zip(said, mrz.grammar(kind, french=french), strict=True)
        ]
        whole = [path for path in paths if path is not None]
        if len(whole) < len(paths):
            break
        found = _Guess(kind, tuple(whole))
    return found


def _kinds(rows: int, signs: float) -> list[Kind]:
    """The kinds of so many rows of about so many signs."""
    return [kind for kind, (lines, width) in SHAPES.items() if lines == rows and abs(width - signs) <= 4]


def _read(said: Sequence[Array], signs: float) -> _Guess | None:
    """The best reading of these rows, of any kind."""
    guesses = [found for kind in _kinds(len(said), signs) if (found := _guess(said, kind)) is not None]
    fair = [found for found in guesses if found.score > READ]
    # A visa has fewer check digits than a passport, and would win by that alone.
    return max(fair, key=lambda one: min(one.right, 0) * 0.15 + one.score, default=None)


# ── A picture ───────────────────────────────────────────────────────────────────────────────────────────────
def read(rgb: Array, today: date) -> Reading | None:
    """The zone on a picture, or None. Raises `ocr.Absent` when the model is not installed."""
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY) if rgb.ndim == 3 else rgb, np.uint8)
    best: Reading | None = None
    effort = _Effort(ROWS)
    for long_side, turned in (
        (LONG_SIDES[0], False),
        (LONG_SIDES[0], True),
        *((n, False) for n in LONG_SIDES[1:]),
    ):
        if turned and best is not None and best.score > 3 * ENOUGH:
            continue  # it stands upright
        found = _on(grey, long_side, turned, today, effort)
        if found is not None and (best is None or _worth(found) > _worth(best)):
            best = found
        if best is not None and not best.repaired and best.score > ENOUGH and "check" not in best.doubts:
            break
    return best


def _worth(found: Reading) -> tuple[bool, bool, float]:
    return found.certain, "check" not in found.doubts and not found.repaired, found.score


@dataclass
class _Effort:
    """How many rows may still be read on this picture."""

    left: int


def _on(grey: Grey, long_side: int, turned: bool, today: date, effort: _Effort) -> Reading | None:
    """The zone at one size of the picture, as it stands or turned by a quarter."""
    zoom = min(2.0, long_side / max(grey.shape))
    way = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    sized = np.asarray(cv2.resize(grey, None, fx=zoom, fy=zoom, interpolation=way), np.uint8)
    if turned:
        sized = np.asarray(cv2.rotate(sized, cv2.ROTATE_90_CLOCKWISE), np.uint8)
    best: Reading | None = None
    for group in itertools.islice(_groups(_lines(sized)), GIVEN_UP):
        if effort.left < len(group):
            break
        found = _zone(sized, group, today, effort)
        if found is not None and (best is None or _worth(found) > _worth(best)):
            best = found
        if best is not None and best.certain:
            break
    return best


def _groups(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Groups that may be a zone: their rows, with those that should be there and were not found."""
    for group in _zones(lines):
        signs = _signs(group)
        if abs(signs - 30) <= 4:
            if len(group) == 1:
                yield group
            elif len(group) == 2:
                yield from _with_third(group)
            else:
                for at in range(len(group) - 3, -1, -1):
                    yield group[at : at + 3]
        elif min(abs(signs - 36), abs(signs - 44)) <= 4:
            if len(group) == 1:
                yield from (sorted([group[0], _beside(group[0], way * 2.5)], key=_height) for way in (1, -1))
            for at in range(len(group) - 2, -1, -1):
                yield group[at : at + 2]


def _height(line: _Line) -> float:
    return float(line.points[:, 1].mean())


def _signs(group: Sequence[_Line]) -> float:
    """How many signs its rows have, in full."""
    left, right = _ends(group)
    return (right - left) / float(np.median([line.pitch for line in group])) + 1


def _ends(group: Sequence[_Line]) -> tuple[float, float]:
    return min(float(line.points[0, 0]) for line in group), max(float(line.points[-1, 0]) for line in group)


def _beside(line: _Line, pitches: float) -> _Line:
    """A row that stands so many pitches under (or above) this one."""
    return _Line(line.points + np.array([0.0, pitches * line.pitch]), line.tall, line.pitch)


def _with_third(group: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Two rows of a card: the third is between, above or under them."""
    first, second = group
    x = float(first.points[:, 0].mean())
    gap = (second.at(x) - first.at(x)) / first.pitch
    if gap > 2.7:
        yield [first, _beside(first, gap / 2), second]
    yield [first, second, _beside(second, gap)]
    yield [_beside(first, -gap), first, second]


def _zone(grey: Grey, group: Sequence[_Line], today: date, effort: _Effort) -> Reading | None:
    """What these rows say, read twice."""
    ends = _ends(group)
    signs = _signs(group)
    if not _kinds(len(group), signs):
        return None
    strips = [_strip(grey, line, ends, TALLS[0]) for line in group]
    upside_down = False
    said = _said(strips, upside_down)
    effort.left -= len(group)
    first = _read(said, signs)
    if first is None or first.score < 3 * ENOUGH:
        over = _said(strips, True)
        effort.left -= len(group)
        other = _read(over, signs)
        if other is not None and (first is None or other.score > first.score):
            first, said, upside_down = other, over, True
    if first is None:
        return None
    repaired = False
    if first.right < 0:
        mended = _mended(first, today)
        if mended is not None:
            return Reading(
                first.kind, mended, False, True, first.score, _least(first), ("repaired",)
            )  # never certain: nothing is read a second time
    doubts = list(_doubts(first, today))
    if not doubts:
        effort.left -= len(group)
        again = _guess(
            _said([_even(_strip(grey, line, ends, TALLS[1])) for line in group], upside_down), first.kind
        )
        if again is None or again.lines != first.lines:
            doubts.append("second_reading")
        elif _weak(again):
            doubts.append("unsure")
    return Reading(first.kind, first.lines, not doubts, repaired, first.score, _least(first), tuple(doubts))


def _said(strips: Sequence[Grey], upside_down: bool) -> list[Array]:
    """What the model says of each row, from the top one."""
    if upside_down:
        strips = [np.ascontiguousarray(strip[::-1, ::-1]) for strip in reversed(strips)]
    return [ocr.columns(strip, ALPHABET) for strip in strips]


def _least(guess: _Guess) -> float:
    return float(min(path.sure.min() for path in guess.paths))


def _doubts(guess: _Guess, today: date) -> Iterator[str]:
    """Why one reading, by itself, cannot be certain."""
    if guess.right < 0:
        yield "check"
        return
    try:
        zone = mrz.parse(guess.lines, today)
    except mrz.NotMrz:
        yield "check"
        return
    if not zone.valid or zone.kind is not guess.kind:
        yield "grammar"
    if _weak(guess):
        yield "unsure"
    if _has_twin(guess):
        yield "twin"


_TWINS = {"0": "O", "O": "0", "1": "I", "I": "1"}


def _has_twin(guess: _Guess) -> bool:
    """Whether another text that OCR-B prints almost alike has every check digit right too."""
    rules = mrz.grammar(guess.kind, french=guess.lines[0][2:5] == "FRA")
    places = [
        (row, place)
        for row, line in enumerate(guess.lines)
        for place, sign in enumerate(line)
        if sign in _TWINS
        and {sign, _TWINS[sign]} <= set(rules[row][place])
        # the office that made a French card is no field of ours
        and not (guess.kind is Kind.FR_ID and row == 0)
    ][:9]
    every = mrz.checks(guess.kind, guess.lines)
    seen = {
        (span.line, place)
        for check in every
        for span in check.covers
        for place in range(span.start, span.end)
    }
    if any(place not in seen for place in places):
        return True
    for many in range(1, len(places) + 1):
        for chosen in itertools.combinations(places, many):
            lines = [list(line) for line in guess.lines]
            for row, place in chosen:
                lines[row][place] = _TWINS[lines[row][place]]
            whole = ["".join(line) for line in lines]
            if all(check.right(whole) for check in mrz.checks(guess.kind, whole)):
                return True
    return False


def _weak(guess: _Guess) -> bool:
    """Whether a sign is too little sure: more is asked of one that no check digit sees."""
    seen = _covered(guess.kind, guess.lines)
    return any(
        sure < (SURE if (row, place) in seen else SURE_ALONE)
        for row, path in enumerate(guess.paths)
        for place, sure in enumerate(path.sure)
    )


def _covered(kind: Kind, lines: Sequence[str]) -> set[tuple[int, int]]:
    """The places that a check digit sees: it covers them, and nothing that may stand there has the same value."""
    rules = mrz.grammar(kind, french=lines[0][2:5] == "FRA")
    found = set()
    for check in mrz.checks(kind, lines):
        found.add(check.at)
        for span in check.covers:
            found |= {(span.line, place) for place in range(span.start, span.end)}
    return {(row, place) for row, place in found if _told_apart(rules[row][place], lines[row][place])}


def _told_apart(rule: str, sign: str) -> bool:
    """Whether the check digit changes with any other sign that may stand there."""
    value = mrz.check_digit(sign)
    return all(one == sign or mrz.check_digit(one) != value for one in rule)


def _mended(guess: _Guess, today: date) -> tuple[str, ...] | None:
    """The likeliest change of one or two signs with which everything agrees; None when none stands out."""
    rules = mrz.grammar(guess.kind, french=guess.lines[0][2:5] == "FRA")
    found: dict[tuple[str, ...], float] = {}
    changes = _changes(guess, rules)
    for chosen in (*((one,) for one in changes), *itertools.combinations(changes, 2)):
        lines = [list(line) for line in guess.lines]
        for row, place, sign, _ in chosen:
            lines[row][place] = sign
        whole = tuple("".join(line) for line in lines)
        if whole not in found and all(check.right(whole) for check in mrz.checks(guess.kind, whole)):
            found[whole] = sum(cost for *_, cost in chosen)
    best = sorted((cost, whole) for whole, cost in found.items() if _valid(whole, guess.kind, today))
    if not best or (len(best) > 1 and best[1][0] - best[0][0] < STANDS_OUT):
        return None
    return best[0][1]


def _changes(guess: _Guess, rules: Sequence[Sequence[str]]) -> list[tuple[int, int, str, float]]:
    """Signs that may have been taken for another: row, place, the other one, and how unlikely that is."""
    every = [
        (float(sure), row, place)
        for row, path in enumerate(guess.paths)
        for place, sure in enumerate(path.sure)
    ]
    doubtful = {(row, place) for _, row, place in sorted(every)[:8]}
    found = []
    for sure, row, place in every:
        read_, others = guess.lines[row][place], guess.paths[row].others[place]
        twins = _TWINS.get(read_, "")
        for at in np.argsort(-others)[:4]:
            if (row, place) in doubtful and others[at] > 0.002:
                twins += ALPHABET[int(at)]
        for sign in dict.fromkeys(twins):
            if sign != read_ and sign in rules[row][place]:
                share = max(float(others[ALPHABET.index(sign)]), ocr.LITTLE)
                found.append((row, place, sign, math.log(max(sure, ocr.LITTLE) / share)))
    return sorted(found, key=lambda change: change[3])[:40]


def _valid(lines: tuple[str, ...], kind: Kind, today: date) -> bool:
    try:
        zone = mrz.parse(lines, today)
    except mrz.NotMrz:
        return False
    return zone.valid and zone.kind is kind


# ── In the cage ─────────────────────────────────────────────────────────────────────────────────────────────
SENTENCES = files.SENTENCES | {ABSENT}


def prepare() -> None:
    """Loads the decoders and the model: in the cage nothing can be loaded any more."""
    files.prepare()
    ocr.prepare()


def pages(data: bytes) -> list[Made]:
    """The pages of a file; `said["mrz"]` is what was read on each: kind, lines, certain, repaired, doubts; or None."""
    from permis.vision import decoding  # noqa: PLC0415  the decoders are loaded in the cage and nowhere else

    return [_made(picture, decoding.made(picture)) for picture in decoding.pictures(data)]


def _made(picture: Any, page: Made) -> Made:
    try:
        # no clock in the cage: a century is settled outside, and any day of ours tells the calendar apart
        found = read(np.asarray(picture.convert("RGB")), date(2099, 12, 31))
    except ocr.Absent:
        raise files.Refused(ABSENT) from None
    said = None
    if found is not None:
        said = {
            "kind": found.kind.value,
            "lines": list(found.lines),
            "certain": found.certain,
            "repaired": found.repaired,
            "doubts": list(found.doubts),
        }
    return Made(page.jpeg, page.thumb, page.width, page.height, {**page.said, "mrz": said})
