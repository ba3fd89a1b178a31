"""Finds the Chromium of the machine; the stories drive it with Playwright.

browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
"""

import os
import shutil
import subprocess
from functools import cache

from tests.services import Unavailable

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)

LAUNCH_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
if hasattr(os, "geteuid") and os.geteuid() == 0:
    LAUNCH_FLAGS.append("--no-sandbox")  # Chromium's sandbox refuses to start as root


@cache
def chromium_path() -> str:
    """The first browser that answers `--version`: a name on PATH may be an empty shell (Ubuntu's snap)."""
    for name in NAMES:
        path = shutil.which(name)
        if path and _answers(path):
            return path
    raise Unavailable("no Chromium: sudo apt-get install chromium")


def _answers(path: str) -> bool:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
