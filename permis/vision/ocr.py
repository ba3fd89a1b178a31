"""Reads one line of print: what the recognition model of a kept OCR library thinks stands there, column by column.

The model is a file of the package `rapidocr`, read as data by onnxruntime: the package itself is never imported, for
its engine asks for a dozen libraries that nothing here needs. Loaded in the cage, where one thread is all there is.
"""

from __future__ import annotations

import functools
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Array = NDArray[Any]

PACKAGE, MODEL = "rapidocr", "models/PP-OCRv6_rec_small.onnx"
HEIGHT = 48  # pixels of a line, as the model was trained
STEP = 8  # pixels of width for each column of the answer
WIDEST = 1600  # pixels: a longer line is narrowed; the memory of the cage is counted
SHORTEST = 64
LITTLE = 1e-5  # of probability: what the model rules out is never quite impossible


class Absent(Exception):
    """The model is not installed on this machine."""


@dataclass(frozen=True)
class _Model:
    session: Any
    entry: str
    signs: tuple[str, ...]  # of each class of the answer; the first is "no sign"


@functools.cache
def _model() -> _Model:
    """Loads the model once. Raises `Absent`."""
    found = importlib.util.find_spec(PACKAGE)  # finds the folder, imports nothing
    folder = Path(found.origin).parent if found and found.origin else None
    if folder is None or not (folder / MODEL).is_file() or importlib.util.find_spec("onnxruntime") is None:
        raise Absent(f"{PACKAGE} or onnxruntime is not installed: requirements/models.txt.")
    import onnxruntime  # noqa: PLC0415  a second to load, only where a line is read

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False  # what a long line took is given back
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(folder / MODEL), options, providers=["CPUExecutionProvider"])
    known = session.get_modelmeta().custom_metadata_map["character"].split("\n")
    classes = session.get_outputs()[0].shape[2]
    signs = ("", *known, " ")[:classes]
    return _Model(session, session.get_inputs()[0].name, (*signs, *[""] * (classes - len(signs))))


def available() -> bool:
    """Whether the model is there."""
    try:
        _model()
    except Absent:
        return False
    return True


def prepare() -> None:
    """Loads the model and uses it once: in the cage nothing can be loaded any more."""
    if available():
        columns(np.full((HEIGHT, 320), 255, np.uint8), "A")


# What the model may say for a sign that it was not asked for by that name.
_SAME = {"<": "＜〈《«‹≤く＞", "0": "０", "-": "－—–"}


@functools.lru_cache(8)
def _places(alphabet: str) -> tuple[tuple[int, ...], ...]:
    """For each sign of an alphabet, the classes of the model that stand for it."""
    signs = _model().signs
    found = []
    for sign in alphabet:
        wanted = {sign, *_SAME.get(sign, "")}
        if sign.isascii() and sign.isupper():
            wanted |= {sign.lower(), chr(ord(sign) + 0xFEE0)}
        found.append(tuple(at for at, one in enumerate(signs) if one in wanted and one))
    return tuple(found)


def columns(strip: Grey, alphabet: str) -> Array:
    """Probabilities of a line: a row for each column of 8 pixels; first that there is no sign, then each of `alphabet`.

    `strip` holds one line, dark on light, upright, with a little margin. Raises `Absent`.
    """
    said = _said(strip)
    answer = np.empty((len(said), 1 + len(alphabet)), np.float32)
    answer[:, 0] = said[:, 0]
    for rank, places in enumerate(_places(alphabet)):
        answer[:, 1 + rank] = said[:, list(places)].sum(axis=1)
    return answer


def text(strip: Grey) -> tuple[str, float]:
    """The most likely text of a line, and how sure the model is of its least sure sign: 0 to 1. Raises `Absent`."""
    said = _said(strip)
    best = said.argmax(axis=1)
    sure = said[np.arange(len(said)), best]
    signs = _model().signs
    kept = [at for at in range(len(best)) if best[at] and (at == 0 or best[at] != best[at - 1])]
    return "".join(signs[best[at]] for at in kept), float(min((sure[at] for at in kept), default=0.0))


def _said(strip: Grey) -> Array:
    model = _model()
    if strip.shape[0] != HEIGHT:
        width = max(1, round(strip.shape[1] * HEIGHT / strip.shape[0]))
        way = cv2.INTER_AREA if strip.shape[0] > HEIGHT else cv2.INTER_CUBIC
        strip = np.asarray(cv2.resize(strip, (width, HEIGHT), interpolation=way), np.uint8)
    if strip.shape[1] > WIDEST:
        strip = np.asarray(cv2.resize(strip, (WIDEST, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)
    if strip.shape[1] < SHORTEST:
        strip = np.asarray(
            cv2.copyMakeBorder(strip, 0, 0, 0, SHORTEST - strip.shape[1], cv2.BORDER_REPLICATE), np.uint8
        )
    given = (strip.astype(np.float32) / 127.5 - 1)[None, None].repeat(3, axis=1)
    return np.asarray(model.session.run(None, {model.entry: given})[0][0])
