"""The access matrix: every URL × every role. A URL without a row fails; somebody else's answers like nothing."""

from __future__ import annotations

import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from permis import clock
from permis.accounts.identifier import normalise
from permis.accounts.models import Person
from permis.domain.vocabulary import Motive, Role, Verb
from permis.dossier import facts, mandates, move
from permis.dossier.models import Dossier, Slot
from permis.evidence import phone
from permis.evidence.models import Upload
from tests.conftest import given
from tests.stages.test_move import AGENT, LEA, submitted, whole_draft

# Who may open each URL by GET, and what the others get.
#   open: everybody      in: whoever is signed in      owner: the one who filed, others 404
#   cert: agents of the dossier's centre, others 404   agent: whoever works in a centre, others 404
#   rep: whoever was let in by the key of the invitation, others 404 (nobody is asked to sign in: there is no account)
#   post: GET is 405 for those who may POST (the right is checked by POST below)
MATRIX = {
    "home": "open",
    "healthz": "open",
    "readyz": "open",
    "questions:communes": "open",
    "checklist:pieces": "open",
    "checklist:find": "open",
    "checklist:detail": "open",
    "checklist:question": "open",
    "checklist:restart": "post open",
    "checklist:list": "open",
    "checklist:list_pdf": "open",
    "checklist:all": "open",
    "rules:index": "open",
    "rules:matrix": "open",
    "rules:motive": "open",
    "accounts:sign_in": "open",
    "accounts:sign_up": "open",
    "accounts:sign_out": "post open",
    "accounts:stay": "in",
    "accounts:confirm": "open",
    "accounts:confirm_link": "open",
    "accounts:forgot": "open",
    "accounts:reset": "open",
    "accounts:me": "in",
    "accounts:add_channel": "in",
    "accounts:confirm_channel": "in",
    "form:mine": "in",
    "form:begin": "post in",
    "form:resume": "owner",
    "form:cancel": "owner",
    "form:step": "owner",
    "form:autosave": "post owner",
    "evidence:documents": "owner",
    "evidence:give": "post owner",
    "evidence:remove": "owner",
    "evidence:page": "owner",
    "evidence:thumbnail": "owner",
    "evidence:ephoto": "owner",
    "evidence:ephoto_picture": "owner",
    "evidence:declare": "owner",
    "evidence:fps": "owner",
    "evidence:state": "owner",
    "evidence:tus": "post owner",
    "evidence:sending": "post owner",
    "evidence:abandon": "post owner",
    "evidence:keep": "post owner",
    "evidence:remove_file": "owner",
    "evidence:ask": "owner",
    "evidence:phone": "owner",
    "evidence:phone_qr": "owner",
    "phone:page": "open",  # the token is the right: tests/stages/test_phone.py
    "phone:give": "post open",
    "phone:tus": "post open",
    "phone:sending": "post open",
    "phone:done": "post open",
    "api:openapi-json": "open",
    "api:api-root": "open",
    "api:pieces": "post open",
    "api:ephotos": "post open",  # a key of a partner: tests/stages/test_ephoto.py
    "representative:enter": "open",
    "representative:link": "open",
    "representative:leave": "post open",
    "representative:documents": "rep",
    "representative:give": "post rep",
    "representative:remove": "rep",
    "representative:page": "rep",
    "representative:thumbnail": "rep",
    "representative:state": "rep",
    "representative:tus": "post rep",
    "representative:sending": "post rep",
    "representative:abandon": "post rep",
    "representative:keep": "post rep",
    "representative:remove_file": "rep",
    "submission:signature": "owner",
    "submission:summary": "owner",
    "submission:receipt": "owner",
    "submission:receipt_pdf": "owner",
    "tracking:page": "owner",
    "tracking:complete": "post owner",
    "tracking:letter": "owner",
    "tracking:letter_pdf": "owner",
    "tracking:report_missing": "owner",
    "instruction:queue": "agent",
    "instruction:take_next": "post agent",
    "instruction:dossier": "cert",
    "instruction:judge": "post cert",
    "instruction:act": "cert",
    "instruction:page": "cert",
    "instruction:sheet": "cert",
    "instruction:scan": "agent",
    "instruction:scan_settle": "post agent",
    "instruction:scan_picture": "agent",  # of whoever scanned it: tests/stages/test_fps.py
    "demo:index": "open",
    "demo:factory": "post open",
    "demo:postman": "post open",
    "demo:clock": "post open",
    "demo:stamp": "post open",
    "demo:ephoto": "post open",
    "demo:components": "open",
}

ROLES = {
    "nobody": None,
    "lea": "lea.moreau@demo.telepermis.example",
    "sami": "06 39 98 12 40",
    "camille (Rennes)": "camille.roux@demo.telepermis.example",
    "nadia (Rennes)": "nadia.ferrand@demo.telepermis.example",
    "hugo (Limoges)": "hugo.lemoine@demo.telepermis.example",
}
OWNER = "lea"
REP = "anne (représentante)"
NAMELESS = {"nobody", REP}  # without an account
OF_THE_CENTRE = {"camille (Rennes)", "nadia (Rennes)"}
AGENTS = OF_THE_CENTRE | {"hugo (Limoges)"}


def names(patterns, prefix=""):
    """Every URL name of the site."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern.url_patterns, prefix + space)
        elif isinstance(pattern, URLPattern):
            yield prefix + (pattern.name or str(pattern.pattern))


def test_every_url_stands_in_the_matrix():
    assert sorted(set(names(get_resolver().url_patterns))) == sorted(MATRIX)


@pytest.fixture
def world(centres, request):
    """A dossier of Léa in Rennes, in review, and everybody signed in."""
    lea = Person.objects.get(email=ROLES["lea"])
    dossier = submitted(
        whole_draft(lea),
        also=lambda here, _e: Dossier.objects.filter(pk=here.pk).update(cert=centres["rennes"]),
    )
    draft = whole_draft(lea)
    phone.make(draft.slots.filter(asked=True).first(), Role.CITIZEN)
    clients = {REP: Client()}
    asked_of = getattr(request.node, "callspec", None) and request.node.callspec.params["space"]
    if not asked_of or asked_of == "tracking":
        dossier.refused = submitted(whole_draft(lea))
        move.move(dossier.refused, Verb.TAKE_UP, AGENT)
        move.move(dossier.refused, Verb.REFUSE, AGENT, detail={"reason": "Âge."})
    if not asked_of or asked_of in {"representative", "submission"}:
        dossier.child, key = childs_draft(lea)
        assert clients[REP].post(reverse("representative:link", args=[key])).status_code == 302
    for role, identifier in ROLES.items():
        clients[role] = Client()
        if identifier:
            # The door itself has tests of its own; a password costs its time on purpose, and this is done often.
            clients[role].force_login(Person.objects.by_identifier(normalise(identifier)[1]))
    return dossier, draft, clients


def childs_draft(lea):
    """A draft of somebody of 17, and the key of the invitation to the representative."""
    answers = {
        **LEA,
        "motive": "REU",
        "birth_date": clock.today().replace(year=clock.today().year - 17, day=1).isoformat(),
        "exam_on": clock.today().isoformat(),
        "rep_quality": "mother",
        "rep_birth_name": "Le Gall",
        "rep_given_names": "Anne",
        "rep_channel": "email",
        "rep_email": "anne@exemple.fr",
    }
    child = facts.save_answers(move.start(lea, Motive.REU), Role.CITIZEN, answers, revision=0)
    for slot in child.slots.filter(asked=True):
        given(slot, Role.CITIZEN)
    keys = []
    mandates.invite(child, mandates.named(child.read_answers()), lambda _mandate, key: keys.append(key))
    return child, keys[0]


DRAFTS = {
    "form:step", "evidence:documents", "submission:summary", "evidence:remove", "evidence:give", "evidence:state",
    "evidence:tus", "evidence:phone", "evidence:phone_qr", "evidence:ask", "evidence:remove_file",
}  # fmt: skip


def arguments(name, dossier, draft):
    """The arguments of a URL for this dossier."""
    here = draft if name in DRAFTS else dossier
    if name.startswith("representative:") or name == "submission:signature":
        here = dossier.child
    elif name.startswith("tracking:letter"):
        here = dossier.refused
    slots = here.slots.filter(asked=True)
    slot = (slots.filter(piece="REP") or slots).first().pk
    upload = Upload.objects.filter(slot=slot, current=True).first().pk
    return {
        "accounts:confirm_link": ["no-such-token"],
        "representative:link": ["AAAABBBBCCCC"],
        "representative:give": [here.reference, slot],
        "representative:remove": [here.reference, slot],
        "representative:page": [here.reference, upload, 1],
        "representative:thumbnail": [here.reference, upload],
        "tracking:letter": [here.reference, 3],
        "tracking:letter_pdf": [here.reference, 3],
        "checklist:detail": ["reussi"],
        "checklist:question": ["naissance"],
        "rules:motive": ["PERTE"],
        "form:step": [here.reference, "identite"],
        "form:autosave": [here.reference, "identite"],
        "evidence:give": [here.reference, slot],
        "evidence:remove": [here.reference, slot],
        "evidence:page": [here.reference, upload, 1],
        "evidence:thumbnail": [here.reference, upload],
        "evidence:ephoto_picture": [here.reference, "photo"],
        "evidence:tus": [here.reference, slot],
        "evidence:sending": [here.reference, uuid.uuid4()],
        "evidence:abandon": [here.reference, uuid.uuid4()],
        "evidence:keep": [here.reference, upload],
        "evidence:remove_file": [here.reference, upload],
        "evidence:ask": [here.reference, slot],
        "evidence:phone": [here.reference, slot],
        "evidence:phone_qr": [here.reference, _link(here, slot)],
        "phone:page": ["no-such-token"],
        "phone:give": ["no-such-token"],
        "phone:tus": ["no-such-token"],
        "phone:sending": ["no-such-token", uuid.uuid4()],
        "phone:done": ["no-such-token"],
        "representative:tus": [here.reference, slot],
        "representative:sending": [here.reference, uuid.uuid4()],
        "representative:abandon": [here.reference, uuid.uuid4()],
        "representative:keep": [here.reference, upload],
        "representative:remove_file": [here.reference, upload],
        "evidence:declare": [here.reference, slot],
        "instruction:judge": [here.reference, slot],
        "instruction:act": [here.reference, "refuse"],
        "instruction:page": [here.reference, upload, 1],
        "instruction:scan_settle": [uuid.uuid4()],
        "instruction:scan_picture": [uuid.uuid4(), "photo"],
    }.get(name, [here.reference] if MATRIX[name].split()[-1] in {"owner", "cert", "rep"} else [])


def _link(dossier, slot):
    """The page for a phone that the owner made, if this dossier is his draft."""
    link = phone.live(Slot.objects.get(pk=slot))
    return link.pk if link else uuid.uuid4()


EVERY = sorted(MATRIX)
SOMEBODYS = [name for name in EVERY if MATRIX[name].split()[-1] in {"owner", "cert", "rep"}]
READ = [name for name in EVERY if not MATRIX[name].startswith("post")]


def spaces(names):
    """The parts of the site: one world serves all the addresses of a part."""
    return sorted({name.partition(":")[0] for name in names})


def names_of(space, names):
    """The addresses of one part."""
    return [name for name in names if name.partition(":")[0] == space]


def may(rule, role):
    """Whether this role passes this rule."""
    return {
        "open": True,
        "in": role not in NAMELESS,
        "owner": role == OWNER,
        "rep": role == REP,
        "cert": role in OF_THE_CENTRE,
        "agent": role in AGENTS,
    }[rule]


@pytest.mark.django_db
@pytest.mark.parametrize("space", spaces(EVERY))
def test_each_role_gets_what_the_matrix_says(world, space):
    dossier, draft, clients = world
    for name in names_of(space, EVERY):
        rule = MATRIX[name]
        url = reverse(name, args=arguments(name, dossier, draft))
        for role, client in clients.items():
            response = client.get(url)
            status, where = response.status_code, response.headers.get("Location", "")
            if not may(rule.split()[-1], role):
                if role in NAMELESS and rule.split()[-1] != "rep":
                    assert (status, where.startswith("/compte/connexion/")) == (302, True), (
                        name,
                        role,
                        status,
                    )
                else:
                    expected = 405 if rule.startswith("post") else 404
                    assert status in {expected, 404}, (name, role, status)
            elif rule.startswith("post"):
                assert status == 405, (name, role, status)
            else:
                allowed = (
                    {200, 302}
                    | ({410} if name in {"accounts:confirm_link", "representative:link"} else set())
                    | (
                        {404}
                        if name in {"checklist:find", "instruction:scan_picture", "phone:page"}
                        else set()
                    )
                )
                assert status in allowed, (name, role, status)
                assert not where.startswith("/compte/connexion/"), (name, role)


@pytest.mark.django_db
@pytest.mark.parametrize("space", spaces(SOMEBODYS))
def test_somebody_elses_and_what_does_not_exist_answer_with_the_same_bytes(world, space):
    dossier, draft, clients = world
    for name in names_of(space, SOMEBODYS):
        args = arguments(name, dossier, draft)
        theirs = reverse(name, args=args)
        other = "TP-0000-0000"
        nothing = reverse(name, args=[other, *args[1:]])
        strangers = {
            "owner": ["sami", "hugo (Limoges)", "camille (Rennes)"],
            "cert": ["lea", "sami", "hugo (Limoges)"],
            "rep": ["nobody", "lea", "sami", "camille (Rennes)"],
        }
        for role in strangers[MATRIX[name].split()[-1]]:
            for method in ("get", "post"):
                answers = []
                for url in (theirs, nothing):
                    response = getattr(clients[role], method)(url)
                    body = (
                        response.content.replace(url.encode(), b"")
                        .replace(str(args[0]).encode(), b"")
                        .replace(dossier.reference.encode(), b"")
                        .replace(draft.reference.encode(), b"")
                        .replace(other.encode(), b"")
                    )
                    answers.append((response.status_code, body))
                assert answers[0] == answers[1], (name, role, method)
                assert answers[0][0] in {404, 405}


@pytest.mark.django_db
def test_nobody_changes_anything_of_somebody_else(world):
    dossier, draft, clients = world
    before = (dossier.version, draft.revision, draft.state)
    for name, rule in MATRIX.items():
        if rule.split()[-1] in {"owner", "cert", "rep"}:
            url = reverse(name, args=arguments(name, dossier, draft))
            for role in ("sami", "hugo (Limoges)"):
                assert clients[role].post(url, {"verdict": "accept", "reason": "x"}).status_code in {404, 405}
    dossier.refresh_from_db()
    draft.refresh_from_db()
    assert (dossier.version, draft.revision, draft.state) == before


@pytest.mark.django_db
def test_an_agent_does_not_see_drafts(world):
    _, draft, clients = world
    assert (
        clients["camille (Rennes)"].get(reverse("instruction:dossier", args=[draft.reference])).status_code
        == 404
    )


@pytest.mark.django_db
def test_an_upload_of_another_dossier_is_not_shown_through_ones_own(world, centres):
    dossier, _, clients = world
    sami = Person.objects.get(phone="+33639981240")
    own = whole_draft(sami)
    upload = Upload.objects.filter(slot__dossier=dossier, current=True).first().pk
    assert clients["sami"].get(reverse("evidence:page", args=[own.reference, upload, 1])).status_code == 404
    slot = dossier.slots.first().pk
    assert clients["sami"].post(reverse("evidence:give", args=[own.reference, slot])).status_code == 404
    assert (
        clients["sami"].get(reverse("evidence:page", args=[own.reference, uuid.uuid4(), 1])).status_code
        == 404
    )


@pytest.mark.django_db
def test_a_get_changes_nothing(world):
    from django.db import connection

    dossier, draft, clients = world

    def dump():
        tables = [
            t
            for t in connection.introspection.table_names()
            if t.startswith(("dossier_", "evidence_", "notices_", "delivery_", "accounts_"))
            and t != "dossier_look"
        ]
        found = {}
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(map(repr, cursor.fetchall()))
        return found

    before = dump()
    for name in MATRIX:
        url = reverse(name, args=arguments(name, dossier, draft))
        for client in clients.values():
            client.get(url)
    assert dump() == before


@pytest.mark.django_db
def test_who_looked_is_written_once_an_hour(world):
    from permis.dossier.models import Look

    dossier, _, clients = world
    url = reverse("instruction:dossier", args=[dossier.reference])
    for _ in range(3):
        clients["camille (Rennes)"].get(url)
    clients["hugo (Limoges)"].get(url)
    camille = Person.objects.get(email=ROLES["camille (Rennes)"])
    assert [(look.actor, look.target, look.what) for look in Look.objects.all()] == [
        (camille.pk, dossier.pk, "instruction:dossier")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("space", spaces(READ))
def test_every_answer_has_its_headers_and_every_page_its_title_and_main(world, space):
    dossier, draft, clients = world
    for name in names_of(space, READ):
        url = reverse(name, args=arguments(name, dossier, draft))
        for role in ("nobody", "lea", "camille (Rennes)"):
            response = clients[role].get(url)
            for header in (
                "Content-Security-Policy",
                "X-Content-Type-Options",
                "Referrer-Policy",
                "X-Frame-Options",
            ):
                assert header in response.headers, (name, header)
            assert response.headers["Cache-Control"] != ""
            policy = response.headers["Content-Security-Policy"]
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            if response.headers["Content-Type"].startswith("text/html") and response.status_code != 302:
                html = response.content.decode()
                assert "<title>" in html
                assert html.count("<main") == 1, name
                assert html.count("<h1") == 1, name
                assert 'lang="fr"' in html
                assert " style=" not in html
                assert "<script>" not in html
                assert "<style" not in html
                assert " onclick=" not in html


def test_there_is_no_django_admin_and_no_debug():
    assert not settings.DEBUG
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
