"""What a person reads before choosing a file, and what the page's script needs to say the same."""

from __future__ import annotations

from typing import Any

from django import template

from permis.design import words
from permis.vision import files

register = template.Library()

# iOS and Android offer the camera for pictures; the last four are for systems that know no type for these names.
ACCEPT = (
    "image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/tiff", "application/pdf",
    ".heic", ".heif", ".tif", ".tiff",
)  # fmt: skip


@register.simple_tag
def file_rules() -> dict[str, Any]:
    """The limits of one file (`bytes`, `size` and `pages`), the types as a file field takes them, and the refusals."""
    return {
        "bytes": files.LIMIT,
        "size": words.nbsp(f"{files.LIMIT // 1024**2} Mo"),
        "pages": files.MAX_PAGES,
        "accept": ",".join(ACCEPT),
        "large": files.TOO_BIG,
        "other": files.WRONG_TYPE,
    }
