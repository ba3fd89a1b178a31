"""The rules of the house: what every change must keep."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from permis import journey
from permis.domain import asked, required
from permis.domain.kept import KEPT
from permis.domain.lifecycle import ROWS, TERMS
from permis.domain.pieces import PIECES
from permis.domain.vocabulary import MOTIVE_LABELS, REASONS, STATE_LABELS, Motive, Reason, State, Verb
from permis.dossier.facts import WITHOUT_FILE
from permis.tracking.story import NOW
from permis.tracking.words import MESSAGES

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    p for folder in ("permis", "config") for p in (ROOT / folder).rglob("*.py") if "migrations" not in p.parts
)


def test_the_order_of_the_stages_is_written_three_times_alike():
    stages = [name.removeprefix("permis.") for name in settings.STAGES]
    contract = re.search(r"layers = \[(.*?)\n\]", (ROOT / "pyproject.toml").read_text("utf-8"), re.S)[1]
    layers = [word for word in re.findall(r'"\(?(\w+)\)?"', contract) if word in stages]
    assert layers[::-1] == stages


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_module_says_what_it_is(path):
    text = path.read_text("utf-8")
    doc = ast.get_docstring(ast.parse(text))
    assert doc, "no docstring"
    assert doc.split("\n")[0].rstrip().endswith((".", "?", ":")), doc.split("\n")[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_public_function_says_what_it_promises(path):
    for node in ast.parse(path.read_text("utf-8")).body:
        public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
        if public and path.name not in {"apps.py", "settings.py"}:
            assert ast.get_docstring(node), f"{node.name} says nothing"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_doors_are_opened_by_the_dossier_alone(path):
    text = path.read_text("utf-8")
    if path.parts[-2] == "dossier" or path.name == "guard.py":
        return
    assert "database.guard import door" not in text
    assert "Slot.objects.create" not in text
    assert not re.search(
        r"\.objects\.[^\n]*update\([^)]*\b(state|status|answers)=", text.replace("Due.objects", "")
    )


def test_every_rule_has_a_source_and_every_motive_a_name():
    for motive in required.FILES:
        rules = required.rules_of(motive)
        assert rules.motive is motive
        for row in (*rules.needs, *rules.bars):
            assert str(row.source), row.key
            assert row.because, row.key
        keys = [row.key for row in (*rules.needs, *rules.bars)]
        assert len(keys) == len(set(keys))
    assert set(MOTIVE_LABELS) == set(Motive)
    assert set(REASONS) == set(Reason)
    assert set(STATE_LABELS) == set(State)


def test_every_piece_that_may_be_asked_is_explained():
    for motive in required.FILES:
        for need in required.rules_of(motive).needs:
            for group in need.pieces:
                assert group[0] in PIECES or group[0] in WITHOUT_FILE or group[0] == "ID_REP", group[0]


def test_every_question_stands_in_one_step_and_says_why():
    names = [q.name for step in asked.STEPS for q in step.questions]
    assert len(names) == len(set(names))
    for step in asked.STEPS:
        for question in step.questions:
            assert question.why.endswith("."), question.name


def test_every_message_that_a_row_or_a_deadline_tells_is_written():
    assert {row.tells for row in ROWS if row.tells} <= set(MESSAGES)
    assert {what for what, term in TERMS.items() if term.then is None} <= set(MESSAGES)
    used = {row.tells for row in ROWS} | {what for what, term in TERMS.items() if term.then is None}
    assert set(MESSAGES) <= used


def test_no_text_message_carries_a_link_and_each_names_the_service():
    for message in MESSAGES.values():
        assert "{url}" not in message.sms
        assert "http" not in message.sms
        assert message.sms.startswith("Télépermis")
        assert len(message.sms) < 200


def test_every_state_says_who_acts_next():
    assert set(NOW) == set(State) - {State.DRAFT}


def test_every_entry_of_the_journey_exists():
    table = journey.follower_table()
    for verb, names in journey.FOLLOWERS.items():
        assert verb in set(Verb)
        for name in names:
            assert callable(table[name])
    assert "tell" in table


def personal_fields():
    """Fields that hold something of a person: sealed bytes, addresses, names, text."""
    plain = {"id", "reference", "motive", "state", "cert", "department", "assignee"}
    for model in apps.get_models():
        if not model.__module__.startswith("permis."):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.BinaryField) and field.name not in {
                "data_key",
                "header",
                "number_index",
            }:
                yield f"{model._meta.app_label}.{model.__name__}.{field.name}"
            if field.name in {"email", "phone", "password", "owner", "digest"} - plain:
                yield f"{model._meta.app_label}.{model.__name__}.{field.name}"


def test_every_personal_field_is_named_in_table_4_and_table_4_names_only_what_exists():
    named = {field for kept in KEPT for field in kept.fields}
    assert set(personal_fields()) <= named, set(personal_fields()) - named
    for path in named:
        app, model, field = path.split(".")
        apps.get_model(app, model)._meta.get_field(field)
    for kept in KEPT:
        assert kept.until
        assert kept.because
        assert kept.gone


def test_no_personal_data_is_logged():
    for path in SOURCES:
        for call in re.findall(r"log\.(?:info|warning|error|exception)\((.*)", path.read_text("utf-8")):
            assert not re.search(r"address|email|phone|answers|\bname\b(?!__)", call), (path.name, call)


def test_the_domain_is_light_and_knows_no_framework():
    import subprocess
    import sys

    code = (
        "import sys, permis.domain.required, permis.domain.lifecycle, permis.domain.asked, permis.domain.kept;"
        "required = permis.domain.required; [required.rules_of(m) for m in required.FILES];"
        "sys.exit('django' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
