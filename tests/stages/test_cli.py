"""The `permis` command: one JSON object, one sentence at most, and exit codes that a script can trust."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

from permis import clock, journey
from permis.accounts.models import Cert
from permis.cli import main
from permis.domain.vocabulary import Verb
from permis.dossier import move
from permis.dossier.models import Dossier, Unexpected
from permis.notices.models import Notice
from tests.stages.test_move import AGENT, accept_all, draft, in_review, lea, submitted  # noqa: F401  fixtures


@pytest.fixture
def permis(capsys):
    """Runs `permis …` here; (exit code, answer, sentence)."""

    def run(*words):
        code = main(list(words))
        out, err = capsys.readouterr()
        assert len(err.splitlines()) <= 1, err
        return code, json.loads(out) if out.strip() else None, err.strip()

    return run


def test_verify_says_whole_broken_or_no_such_thing(permis, draft):  # noqa: F811
    in_review(draft)
    code, answer, _ = permis("verify", draft.reference)
    assert (code, answer["whole"], answer["checked"], answer["documents"]) == (0, True, 1, 6)
    assert permis("verify", "--all")[0] == 0
    assert permis("verify", draft.reference.lower().replace("-", " "))[0] == 0  # as people type it
    connection.connection.cursor().execute("UPDATE dossier_dossier SET state = 'DELIVERED'")
    code, answer, _ = permis("verify", "--all")
    assert code == 1
    assert {fault["reference"] for fault in answer["faults"]} == {draft.reference}
    assert permis("verify", "TP-0000-0000")[0] == 2
    assert permis("verify", "nonsense")[2] == "nonsense is not a reference (TP-XXXX-XXXX)."
    assert permis("verify")[0] == 2
    assert permis("verify", "--all", draft.reference)[0] == 2


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("fly",),
        ("outside",),
        ("outside", "clock", "tomorrow"),
        ("outside", "post", "eat", "TP-0000-0000"),
        ("outside", "sms", "--last", "abc"),
        ("outside", "factory", "make", "x"),
        ("verify", "--everything"),
    ],
)
def test_words_that_mean_nothing_get_one_sentence_and_exit_2(permis, words):
    code, answer, sentence = permis(*words)
    assert (code, answer) == (2, None)
    assert sentence


def test_the_outside_world_is_played_from_the_command_line(permis, draft):  # noqa: F811
    submitted(draft)
    assert permis("outside", "factory", "make")[0] == 1  # nothing to do is told
    move.move(draft, Verb.TAKE_UP, AGENT)
    accept_all(draft)
    move.move(draft, Verb.APPROVE, AGENT)
    journey.settle()
    assert permis("outside", "factory", "make", draft.reference)[1]["references"] == [draft.reference]
    journey.settle()
    draft.refresh_from_db()
    assert draft.state == "POSTED"
    assert permis("outside", "post", "pass", draft.reference)[0] == 0
    assert permis("outside", "post", "absent", draft.reference)[0] == 0
    journey.settle()
    draft.refresh_from_db()
    assert (draft.state, Unexpected.objects.count()) == ("AT_POST_OFFICE", 0)
    assert permis("outside", "post", "collect", draft.reference)[0] == 0
    assert permis("outside", "post", "deliver", draft.reference)[0] == 1
    code, mail, _ = permis("outside", "mail", "--last", "LEA.moreau@demo.telepermis.example")
    assert code == 0
    assert set(mail) >= {"subject", "text", "links", "codes"}
    assert permis("outside", "mail", "--last", "nobody@exemple.fr")[0] == 1
    assert permis("outside", "sms", "--last", "06 00 00 00 00")[0] == 1


def test_the_clock_of_the_world_is_moved_and_put_back(permis, db):
    before = clock.today()
    code, answer, _ = permis("outside", "clock", "+15d")
    assert (code, (clock.today() - before).days) == (0, 15)
    assert answer["today"] == clock.today().isoformat()
    permis("outside", "clock", "-1d")
    assert (clock.today() - before).days == 14
    permis("outside", "clock", "now")
    assert clock.today() == before


def test_the_doctor_names_what_hurts_and_mends_what_it_is_told_to(permis, draft):  # noqa: F811
    journey.mark_beat()
    code, answer, _ = permis("doctor")
    assert (code, answer["well"]) == (0, True), answer
    from django.db import transaction

    submitted(draft)
    journey.settle()
    with transaction.atomic():
        Dossier.objects.update(cert=Cert.objects.first())
        Notice.objects.update(done=False, parked=True, last_error="ConnectionRefusedError")
    journey.unexpected("post", "x-1", "absent: a letter that is not ours")
    code, answer, _ = permis("doctor")
    hurts = {check["check"] for check in answer["checks"] if not check["well"]}
    assert (code, hurts) == (1, {"messages parked", "unexpected news"})
    permis("doctor", "--retry", "--settle")
    assert not Notice.objects.filter(parked=True).exists()
    journey.settle()
    assert permis("doctor")[0] == 0


def test_the_doctor_misses_the_worker(permis, db, centres):
    journey.beat_file().unlink(missing_ok=True)
    code, answer, _ = permis("doctor")
    assert code == 1
    assert [c["check"] for c in answer["checks"] if not c["well"]] == ["worker"]


def run_elsewhere(tmp_path, *words, **environment):
    """`permis …` as an operator would run it, in its own process and data folder."""
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("PERMIS_", "DATABASE_", "QUEUE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-m", "permis.cli", *words],
        env={**kept, "PERMIS_DATA": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_folder_that_was_never_served_is_told_so_without_a_stack_trace(tmp_path):
    done = run_elsewhere(tmp_path, "verify", "--all")
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr.strip() == "The database does not answer, or has no tables yet: start permis serve once."
    )


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"PERMIS_MODE": "fast"}, "demo or production"),
        ({"PERMIS_MODE": "production"}, "key ring"),
        ({"DATABASE_URL": "mysql://x"}, "sqlite:// or postgresql://"),
        ({"PERMIS_KEYS": '{"current": "k1"}'}, "cannot be read"),
    ],
)
def test_a_faulty_configuration_is_one_sentence(tmp_path, environment, says):
    done = run_elsewhere(tmp_path, "doctor", **environment)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_production_refuses_demo_adapters_and_a_missing_operator(tmp_path):
    from permis.vault import KeyRing

    done = run_elsewhere(tmp_path, "serve", PERMIS_MODE="production", PERMIS_KEYS=KeyRing.new().dump())
    assert done.returncode == 2
    for word in ("PERMIS_OPERATOR", "plant adapter", "https://"):
        assert word in done.stderr


def test_a_folder_of_one_mode_is_not_opened_in_the_other(tmp_path):
    (tmp_path / "mode").write_text("production", "ascii")
    done = run_elsewhere(tmp_path, "doctor", PERMIS_MODE="demo")
    assert done.returncode == 2
    assert "belongs to the production mode" in done.stderr
