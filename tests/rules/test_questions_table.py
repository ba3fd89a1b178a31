"""Table 1 whole: what is asked, of whom, in which order, in which words; read against the form of the sheet (5.7)."""

from __future__ import annotations

import datetime as dt

from permis.domain.asked import (
    BY_SLUG,
    QUESTIONS,
    STEP_OF,
    STEPS,
    applies,
    for_person,
    missing,
    of_motive,
    of_person,
    question_for,
    read,
    steps_for,
)
from permis.domain.asked.motive import GROUPS
from permis.domain.situation import Situation
from permis.domain.vocabulary import Motive

TODAY = dt.date(2026, 11, 23)
# A French adult at home who told everything, whatever the motive.
PLAIN = {
    "birth_date": "1990-01-01",
    "nationality": "FR",
    "categories": ["B"],
    "held_categories": ["B"],
    "address": "own",
    "guardianship": "no",
    "medical_flag": "no",
    "sanction": "no",
    "licence_lost": "no",
    "postcode": "35000",
    "licence_country": "ES",
    "learning_mode": "traditional",
    "exam_on": "2026-11-20",
    "theory_only": "no",
    "licence_expires_on": "2030-01-01",
    "licence_obtained_on": "2015-01-01",
    "resident_since": "2010-01-01",
    "student": "no",
}


def somebody(**facts):
    """The situation of this adult but for these facts (None: not told); nothing is presumed."""
    told = {name: value for name, value in {**PLAIN, **facts}.items() if value is not None}
    return Situation.from_answers(told, today=TODAY, presume=False)


def asked(**facts):
    """The names asked of this person, in their order."""
    return [question.name for step in steps_for(somebody(**facts)) for question in step.questions]


def as_written(question):
    """A question in one line: its name, its kind, and what else counts."""
    parts = [question.name, question.kind]
    parts += ["optional"] * (not question.required) + ["later"] * question.later
    if question.only_if:
        other, wanted = question.only_if
        values = "/".join(value or "-" for value in ((wanted,) if isinstance(wanted, str) else wanted))
        parts += [f"if {other}={values}", *(["else none"] * question.none_otherwise)]
    if question.optional_if:
        parts.append(f"optional if {'='.join(question.optional_if)}")
    if question.default:
        parts.append(f"first {question.default}")
    if question.max_length != 100:
        parts.append(f"≤{question.max_length}")
    if question.choices:
        parts.append(f"[{' '.join(code for code, _ in question.choices)}]")
    return " ".join(parts)


# Step, then its questions: name, kind, whether it may stay empty, on which answer it hangs, its length, its choices.
TABLE = """
motif
    motive choice [REU REU_EXT REU_RET DIP MIL PERTE VOL DET EXP15 MED MED_REST ROSE EC ERR SUSP INS_RET INS INS_EXT ECH_EU ECH_HUE ECH_COM ENR_EU RETAB PCI FORM_AM FORM_A FORM_B96 FORM_78]
permis
    categories choices [AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]
    first_licence_promise promise
    held_categories choices [AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]
    gearbox choice if categories=B [manual automatic]
    licence_number licence_number optional ≤20
    sanction yes_no
    medical_flag yes_no
identite
    sex choice [F M]
    birth_name name ≤120
    use_name name optional ≤120
    given_names name if no_given_name=- ≤120
    no_given_name tick optional
    birth_date birth_date
    birth_country country first FR
    birth_place birth_town
    nationality country first FR
    guardianship yes_no
representant
    rep_quality choice [mother father guardian institution]
    rep_birth_name name ≤120
    rep_given_names name ≤120
    rep_birth_date birth_date
    rep_birth_place line
    rep_channel choice [email sms]
    rep_email email if rep_channel=email ≤254
    rep_phone phone if rep_channel=sms ≤20
adresse
    address choice [own hosted homeless hotel caravan boat]
    host_name name if address=hosted ≤120
    letterbox postal_line ≤38
    address_extra postal_line optional ≤38
    street postal_line
    address_place postal_line optional ≤38
    postcode postcode ≤5
    town town ≤32
    address_sure tick optional
sejour
    resident_since past_date
    stay_started_on past_date
    student yes_no
examen
    theory_only yes_no
    theory_exam_on past_date if theory_only=yes
    exam_on exam_date if theory_only=-/no else none
    exam_department department ≤3
    learning_mode choice [traditional aac supervised accompanied_pro independent]
    neph neph optional ≤20
    already_given choices optional [ASSR2 JDC]
formation
    course_on past_date
    a2_obtained_on past_date
sanction
    was_invalidated yes_no
    ban_starts_on any_date if was_invalidated=-/no
    ban_ends_on any_date optional if was_invalidated=yes
    licence_surrendered_on past_date if was_invalidated=yes else none
    licence_first_issued_on past_date
permis-actuel
    licence_country licence_country
    licence_obtained_on past_date
    licence_has_end yes_no
    licence_expires_on any_date if licence_has_end=-/yes else none
    licence_lost yes_no
perte
    lost_on past_date
    lost_place line
    lost_story text optional ≤500
    loss_declared promise
vol
    theft_declared yes_no
    theft_receipt_on past_date if theft_declared=yes else none
    theft_authority line if theft_declared=yes
    theft_report_number line optional if theft_declared=yes ≤40
    theft_place line if theft_declared=yes
etat-civil
    civil_status_reason choice [change divorce marriage]
    civil_status_before name ≤120
erreur
    error_kind choice [name category validity restriction]
    error_words text ≤500
    received_on past_date
avis-medical
    medical_opinion_on past_date
    category_ends_on_AM any_date
    category_ends_on_A1 any_date
    category_ends_on_A2 any_date
    category_ends_on_A any_date
    category_ends_on_B1 any_date
    category_ends_on_B any_date
    category_ends_on_BE any_date
    category_ends_on_C1 any_date
    category_ends_on_C1E any_date
    category_ends_on_C any_date
    category_ends_on_CE any_date
    category_ends_on_D1 any_date
    category_ends_on_D1E any_date
    category_ends_on_D any_date
    category_ends_on_DE any_date
voyage
    needed_on coming_date
    destinations line ≤200
timbre
    stamp_number stamp_number later ≤24
contact
    notify_by channel
"""


def test_every_question_stands_in_its_step_as_the_form_of_the_sheet_says():
    found = [
        line for step in STEPS for line in (step.slug, *(f"    {as_written(q)}" for q in step.questions))
    ]
    expected = TABLE.strip().splitlines()
    assert [line for line in expected if line not in found] == []
    assert [line for line in found if line not in expected] == []
    assert found == expected


def test_each_question_is_found_by_its_name_and_each_step_by_its_address():
    assert list(BY_SLUG) == [line for line in TABLE.strip().splitlines() if not line.startswith(" ")]
    names = [line.split()[0] for line in TABLE.strip().splitlines() if line.startswith(" ")]
    assert list(QUESTIONS) == list(STEP_OF) == names
    assert all(QUESTIONS[name] in STEP_OF[name].questions for name in names)


IDENTITY = "sex birth_name use_name given_names no_given_name birth_date birth_country birth_place nationality guardianship"
HOME = "address host_name letterbox address_extra street address_place postcode town address_sure"
# What each motive asks of a French adult, step by step.
ASKED = {
    "INS": f"motive | categories held_categories gearbox medical_flag | {IDENTITY} | {HOME} | learning_mode neph | notify_by",
    "INS_EXT": f"motive | categories held_categories gearbox licence_number sanction medical_flag | {IDENTITY} | {HOME} | learning_mode neph | notify_by",
    "INS_RET": f"motive | categories gearbox licence_number | {IDENTITY} | {HOME} | learning_mode neph | was_invalidated ban_starts_on ban_ends_on licence_surrendered_on licence_first_issued_on | medical_opinion_on | notify_by",
    "REU": f"motive | categories first_licence_promise gearbox medical_flag | {IDENTITY} | {HOME} | exam_on exam_department learning_mode neph | notify_by",
    "REU_EXT": f"motive | categories held_categories gearbox licence_number sanction medical_flag | {IDENTITY} | {HOME} | exam_on exam_department learning_mode neph | notify_by",
    "REU_RET": f"motive | categories gearbox licence_number | {IDENTITY} | {HOME} | theory_only theory_exam_on exam_on exam_department learning_mode neph | ban_ends_on | medical_opinion_on | notify_by",
    "FORM_AM": f"motive | categories medical_flag | {IDENTITY} | {HOME} | course_on | notify_by",
    "FORM_A": f"motive | categories held_categories licence_number sanction medical_flag | {IDENTITY} | {HOME} | course_on a2_obtained_on | notify_by",
    "FORM_B96": f"motive | categories held_categories licence_number sanction medical_flag | {IDENTITY} | {HOME} | course_on | notify_by",
    "FORM_78": f"motive | categories held_categories licence_number sanction medical_flag | {IDENTITY} | {HOME} | course_on | notify_by",
    "PERTE": f"motive | held_categories licence_number sanction medical_flag | {IDENTITY} | {HOME} | lost_on lost_place lost_story loss_declared | stamp_number | notify_by",
    "VOL": f"motive | held_categories licence_number sanction medical_flag | {IDENTITY} | {HOME} | theft_declared theft_receipt_on theft_authority theft_report_number theft_place | stamp_number | notify_by",
    "DET": f"motive | held_categories licence_number sanction medical_flag | {IDENTITY} | {HOME} | notify_by",
    "ROSE": f"motive | held_categories licence_number sanction medical_flag | {IDENTITY} | {HOME} | notify_by",
    "EC": f"motive | held_categories licence_number sanction medical_flag | {IDENTITY} | {HOME} | civil_status_reason civil_status_before | notify_by",
    "EXP15": f"motive | held_categories licence_number sanction medical_flag | {IDENTITY} | {HOME} | licence_expires_on | notify_by",
    "MED": f"motive | categories licence_number sanction | {IDENTITY} | {HOME} | medical_opinion_on category_ends_on_B | notify_by",
    "MED_REST": f"motive | categories licence_number sanction | {IDENTITY} | {HOME} | medical_opinion_on | notify_by",
    "SUSP": f"motive | categories licence_number | {IDENTITY} | {HOME} | ban_starts_on ban_ends_on | medical_opinion_on | notify_by",
    "ECH_EU": f"motive | categories sanction medical_flag | {IDENTITY} | {HOME} | resident_since | licence_country licence_obtained_on licence_has_end licence_expires_on licence_lost | notify_by",
    "ECH_HUE": f"motive | categories sanction medical_flag | {IDENTITY} | {HOME} | resident_since | licence_country licence_obtained_on licence_has_end licence_expires_on licence_lost | notify_by",
    "ECH_COM": f"motive | categories sanction medical_flag | {IDENTITY} | {HOME} | resident_since | licence_country licence_obtained_on licence_has_end licence_expires_on licence_lost | notify_by",
    "ENR_EU": f"motive | categories | {IDENTITY} | {HOME} | resident_since | licence_country licence_obtained_on licence_has_end licence_expires_on | notify_by",
    "RETAB": f"motive | categories medical_flag | {IDENTITY} | {HOME} | resident_since | licence_country licence_obtained_on | notify_by",
    "MIL": f"motive | categories held_categories sanction medical_flag | {IDENTITY} | {HOME} | notify_by",
    "DIP": f"motive | categories held_categories sanction medical_flag | {IDENTITY} | {HOME} | notify_by",
    "PCI": f"motive | held_categories licence_number sanction | {IDENTITY} | {HOME} | needed_on destinations | notify_by",
    "ERR": f"motive | held_categories licence_number | {IDENTITY} | {HOME} | error_kind error_words received_on | notify_by",
}


def test_a_french_adult_is_asked_what_the_motive_needs_and_nothing_more():
    for motive in Motive:
        steps = steps_for(somebody(motive=motive))
        found = " | ".join(" ".join(question.name for question in step.questions) for step in steps)
        assert (motive, found) == (motive, ASKED[motive])


REPRESENTATIVE = "rep_quality rep_birth_name rep_given_names rep_birth_date rep_birth_place rep_channel rep_email rep_phone"
# Who, but for what; then what changes in what is asked: names added after a plus, left out after a minus.
OTHERS = [
    (
        "a minor",
        {"birth_date": "2009-11-23"},
        f"+ {REPRESENTATIVE} - address host_name",
        {"REU REU_EXT REU_RET": f"+ {REPRESENTATIVE} already_given - address host_name"},
    ),
    ("18 today", {"birth_date": "2008-11-23"}, "", {"REU REU_EXT REU_RET": "+ already_given"}),
    (
        "18 tomorrow",
        {"birth_date": "2008-11-24"},
        f"+ {REPRESENTATIVE} - address host_name",
        {"REU REU_EXT REU_RET": f"+ {REPRESENTATIVE} already_given - address host_name"},
    ),
    ("24, 25 tomorrow", {"birth_date": "2001-11-24"}, "", {"REU REU_EXT REU_RET": "+ already_given"}),
    ("25 today", {"birth_date": "2001-11-23"}, "", {}),
    ("under guardianship", {"guardianship": "yes"}, f"+ {REPRESENTATIVE}", {}),
    (
        "a Spaniard",
        {"nationality": "ES"},
        "+ resident_since student",
        {"ECH_EU ECH_COM RETAB": "+ student", "ECH_HUE ENR_EU ERR": ""},
    ),
    ("a Moroccan", {"nationality": "MA"}, "", {"ECH_HUE": "+ stay_started_on student"}),
    (
        "who asks for a lorry",
        {"categories": ["C"]},
        "",
        {
            "INS INS_EXT REU REU_EXT ECH_EU ECH_HUE ECH_COM RETAB MIL DIP": "+ medical_opinion_on",
            "MED": "+ category_ends_on_C - category_ends_on_B",
        },
    ),
    (
        "who asks for a moped",
        {"categories": ["AM"]},
        "",
        {"MED": "+ category_ends_on_AM - category_ends_on_B"},
    ),
    ("who holds a bus", {"held_categories": ["D"]}, "", {"PERTE VOL DET ROSE EC": "+ medical_opinion_on"}),
    (
        "whose foreign licence is lost",
        {"licence_lost": "yes"},
        "",
        {"ECH_EU ECH_HUE ECH_COM": "+ lost_on lost_place lost_story loss_declared stamp_number"},
    ),
]


def test_what_changes_with_the_person():
    for motive in Motive:
        plain = asked(motive=motive)
        for person, facts, usually, but_for in OTHERS:
            special = {name: change for motives, change in but_for.items() for name in motives.split()}
            found = asked(motive=motive, **facts)
            added, left = [n for n in found if n not in plain], [n for n in plain if n not in found]
            change = " ".join([*(["+", *added] if added else []), *(["-", *left] if left else [])])
            assert (person, motive, change) == (person, motive, special.get(motive, usually))


WORDED = [
    # question in the words of …, the question, its label, its hint, what is said when it is left empty
    (
        "INS",
        "categories choices [B A1 A2 B1]",
        "Quelles catégories voulez-vous passer ?",
        "Les poids lourds viennent après le permis B. Les permis AM et A s’obtiennent par une formation.",
        "Cochez au moins une catégorie.",
    ),
    (
        "INS_EXT INS_RET",
        "categories choices [A1 A2 B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories voulez-vous passer ?",
        "Cochez toutes celles que vous voulez passer.",
        "Cochez au moins une catégorie.",
    ),
    (
        "REU",
        "categories category [B A1 A2 B1]",
        "Quelle catégorie avez-vous réussie ?",
        "Pour un premier permis. Elle est écrite sur votre certificat d’examen.",
        "Choisissez la catégorie réussie.",
    ),
    (
        "REU_EXT",
        "categories category [A1 A2 B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelle nouvelle catégorie avez-vous réussie ?",
        "Elle est écrite sur votre certificat d’examen.",
        "Choisissez la catégorie réussie.",
    ),
    (
        "REU_RET",
        "categories choices [A1 A2 B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories avez-vous réussies ?",
        "Cochez celles de vos certificats d’examen. Après l’épreuve théorique seule, celles que vous aviez.",
        "Cochez au moins une catégorie.",
    ),
    (
        "FORM_AM",
        "categories category first AM [AM]",
        "Pour quelle catégorie ?",
        "Celle de l’attestation de formation.",
        "Cochez au moins une catégorie.",
    ),
    (
        "FORM_A",
        "categories category first A [A]",
        "Pour quelle catégorie ?",
        "Celle de l’attestation de formation.",
        "Cochez au moins une catégorie.",
    ),
    (
        "FORM_B96 FORM_78",
        "categories category first B [B]",
        "Pour quelle catégorie ?",
        "Celle de l’attestation de formation.",
        "Cochez au moins une catégorie.",
    ),
    (
        "MED",
        "categories choices [AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories renouvelez-vous ?",
        "Celles de l’avis médical.",
        "Cochez au moins une catégorie.",
    ),
    (
        "MED_REST",
        "categories choices [AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories sont concernées ?",
        "Celles de l’avis médical.",
        "Cochez au moins une catégorie.",
    ),
    (
        "SUSP",
        "categories choices [AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories aviez-vous ?",
        "Celles de votre permis avant la suspension.",
        "Cochez au moins une catégorie de votre permis suspendu.",
    ),
    (
        "ECH_EU ECH_HUE ECH_COM",
        "categories choices [AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories voulez-vous échanger ?",
        "Celles de votre permis que vous voulez garder. Les poids lourds demandent un avis médical, ou une renonciation.",
        "Cochez au moins une catégorie.",
    ),
    (
        "ENR_EU RETAB",
        "categories choices [AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories sont sur votre permis étranger ?",
        "Cochez toutes celles qui y sont écrites.",
        "Cochez au moins une catégorie.",
    ),
    (
        "MIL",
        "categories choices [A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories voulez-vous convertir ?",
        "Celles du volet de conversion signé par l’autorité militaire.",
        "Cochez au moins une catégorie.",
    ),
    (
        "DIP",
        "categories choices [B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories votre diplôme donne-t-il ?",
        "Elles sont écrites sur le diplôme ou le relevé de notes.",
        "Cochez au moins une catégorie.",
    ),
    (
        "INS MIL DIP",
        "held_categories choices [none AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories avez-vous déjà ?",
        "Si vous n’avez pas de permis français, cochez « Aucune ».",
        "Cochez ce que vous avez déjà, ou « Aucune ».",
    ),
    (
        "INS_EXT REU_EXT FORM_A FORM_B96 FORM_78 DET ROSE EC EXP15 PCI ERR",
        "held_categories choices [AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories avez-vous déjà ?",
        "Cochez toutes celles de votre permis. Un agent vérifie dans le registre des permis.",
        "Cochez au moins une catégorie de votre permis.",
    ),
    (
        "PERTE",
        "held_categories choices [AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories aviez-vous ?",
        "Cochez toutes celles que vous connaissez. Un agent vérifie dans le registre des permis.",
        "Cochez au moins une catégorie de votre permis perdu.",
    ),
    (
        "VOL",
        "held_categories choices [AM A1 A2 A B1 B BE C1 C1E C CE D1 D1E D DE]",
        "Quelles catégories aviez-vous ?",
        "Cochez toutes celles que vous connaissez. Un agent vérifie dans le registre des permis.",
        "Cochez au moins une catégorie de votre permis volé.",
    ),
    (
        "INS_EXT REU_EXT FORM_A FORM_B96 FORM_78 PERTE VOL DET ROSE EC EXP15 MED MED_REST MIL DIP PCI",
        "sanction yes_no",
        "Avez-vous un permis suspendu, annulé ou invalidé en ce moment ?",
        "",
        "",
    ),
    (
        "ECH_EU ECH_HUE ECH_COM",
        "sanction yes_no",
        "Avez-vous une suspension, une annulation ou un retrait de points, ici ou dans le pays du permis ?",
        "",
        "",
    ),
    (
        "INS INS_EXT INS_RET",
        "learning_mode choice [traditional aac supervised accompanied_pro independent]",
        "Comment allez-vous apprendre à conduire ?",
        "Si vous hésitez, choisissez la formation classique.",
        "",
    ),
    (
        "REU REU_EXT REU_RET",
        "learning_mode choice [traditional aac supervised accompanied_pro independent]",
        "Comment avez-vous appris à conduire ?",
        "",
        "",
    ),
    (
        "INS INS_EXT INS_RET",
        "neph neph optional ≤20",
        "Numéro d’inscription (NEPH)",
        "Si vous avez déjà été inscrit : 12 chiffres. Exemple : 210692106990",
        "",
    ),
    (
        "REU REU_EXT REU_RET",
        "neph neph optional ≤20",
        "Numéro d’inscription (NEPH)",
        "12 chiffres, sur votre certificat d’examen. Exemple : 210692106990",
        "",
    ),
    (
        "PERTE VOL SUSP INS_RET REU_RET",
        "licence_number licence_number optional ≤20",
        "Numéro de votre permis",
        "12 chiffres, ou 9 caractères : sur une copie de votre permis, si vous en avez une.",
        "",
    ),
    (
        "INS_EXT REU_EXT DET ROSE EC EXP15 MED MED_REST PCI ERR",
        "licence_number licence_number optional ≤20",
        "Numéro de votre permis",
        "Si vous l’avez : 12 chiffres au dos, ou 9 caractères devant.",
        "",
    ),
    (
        "SUSP",
        "ban_ends_on any_date optional if was_invalidated=yes",
        "Dernier jour de l’interdiction",
        "Il est écrit sur la décision. Exemple : 15 12 2026",
        "Écrivez le dernier jour de l’interdiction. Exemple : 15 12 2026",
    ),
    (
        "INS_RET",
        "ban_ends_on any_date optional if was_invalidated=yes",
        "Dernier jour de l’interdiction",
        "Il est écrit sur le jugement. Une lettre 48SI ne le dit pas : laissez vide, nous comptons 6 mois à partir de la remise du permis. Écrivez-le si c’est votre deuxième invalidation en 5 ans : l’interdiction dure alors 12 mois. Exemple : 15 12 2026",
        "Écrivez le dernier jour de l’interdiction : il est sur le jugement. Exemple : 15 12 2026",
    ),
    (
        "REU_RET",
        "ban_ends_on any_date optional if was_invalidated=yes",
        "Dernier jour de l’interdiction",
        "Il est écrit sur le jugement. Après une lettre 48SI, comptez 6 mois à partir de la remise du permis, ou 12 mois si c’est la deuxième fois en 5 ans. Exemple : 15 12 2026",
        "Écrivez le dernier jour de l’interdiction. Exemple : 15 12 2026",
    ),
    (
        "ECH_EU ECH_HUE ENR_EU RETAB",
        "licence_country licence_country",
        "Quel pays l’a donné ?",
        "Le pays ou le territoire écrit sur le permis.",
        "",
    ),
    (
        "ECH_COM",
        "licence_country choice [NC PF WF PM BL MF]",
        "Quelle collectivité l’a donné ?",
        "Celle qui est écrite sur le permis.",
        "Choisissez la collectivité qui a donné le permis.",
    ),
    (
        "EXP15",
        "licence_expires_on any_date if licence_has_end=-/yes else none",
        "Date de fin de la carte",
        "Sur la face avec la photo, ligne 4b. Exemple : 04 06 2028",
        "",
    ),
    (
        "ECH_EU ECH_HUE ECH_COM ENR_EU",
        "licence_expires_on any_date if licence_has_end=-/yes else none",
        "Date de fin du permis",
        "Exemple : 04 06 2028",
        "",
    ),
    (
        "PERTE",
        "loss_declared promise",
        "Je déclare sur l’honneur avoir perdu mon permis de conduire",
        "Elle ne peut pas être annulée : si vous retrouvez l’ancien permis, détruisez-le. Un permis volé, retiré ou suspendu ne se déclare pas ici.",
        "",
    ),
    (
        "ECH_EU ECH_HUE ECH_COM",
        "loss_declared promise",
        "Je déclare sur l’honneur que mon permis étranger est perdu, ou qu’il m’a été volé",
        "Cette déclaration remplace le permis dans votre demande d’échange.",
        "",
    ),
    (
        "INS INS_EXT INS_RET REU REU_EXT REU_RET MED MED_REST SUSP MIL DIP",
        "medical_opinion_on past_date",
        "Date de l’avis médical",
        "Celle du formulaire cerfa 14880. Exemple : 20 11 2026",
        "",
    ),
    (
        "PERTE VOL DET ROSE EC ECH_EU ECH_HUE ECH_COM RETAB",
        "medical_opinion_on past_date optional",
        "Date de l’avis médical",
        "Si vous avez un avis pour vos poids lourds (cerfa 14880). Sinon, laissez vide. Exemple : 20 11 2026",
        "",
    ),
]


OF_A_NATIONALITY = {"student", "birth_country"}  # their words change with the nationality: below


def test_a_question_is_asked_in_the_words_of_the_motive():
    for motives, line, label, hint, empty in WORDED:
        for motive in motives.split():
            heavy = somebody(motive=motive, categories=["C"], held_categories=["C"], licence_lost="yes")
            asked_now = question_for(line.split()[0], heavy)
            found = (as_written(asked_now), asked_now.label, asked_now.hint, asked_now.missing)
            assert (motive, *found) == (motive, line, label, hint, empty)


def test_every_question_that_has_several_wordings_is_in_the_list_above():
    worded = {q.name for q in QUESTIONS.values() if q.wordings}
    assert {line.split()[0] for _, line, *_ in WORDED} == worded - OF_A_NATIONALITY


def test_a_european_is_asked_about_studies_and_a_moroccan_about_a_title_of_stay():
    spaniard, moroccan = (question_for("student", somebody(motive=m, nationality=n)) for m, n in STUDENTS)
    assert spaniard.label == "Êtes-vous en France pour vos études ?"
    assert spaniard.why == "Un étudiant peut demander un permis après 6 mois en France."
    assert moroccan.label == "Avez-vous un titre de séjour d’étudiant ?"
    assert moroccan.why == "Un permis étranger ne s’échange pas pendant les études."


STUDENTS = (("DET", "ES"), ("ECH_HUE", "MA"))


def test_france_is_chosen_in_advance_only_for_whoever_did_not_say_another_nationality():
    for nationality, first in ((None, "FR"), ("FR", "FR"), ("ES", ""), ("MA", "")):
        assert question_for("birth_country", somebody(motive="REU", nationality=nationality)).default == first


def test_an_invalidation_needs_no_last_day_and_an_annulment_does():
    step = for_person(BY_SLUG["sanction"], somebody(motive="INS_RET"))
    given = {"licence_surrendered_on": "2026-08-15", "licence_first_issued_on": "2010-05-02"}
    assert missing(step, {**given, "was_invalidated": "yes"}) == ()
    left = missing(step, {"was_invalidated": "no", "licence_first_issued_on": "2010-05-02"})
    assert [question.name for question in left] == ["ban_starts_on", "ban_ends_on"]
    after = for_person(BY_SLUG["sanction"], somebody(motive="REU_RET"))
    assert [question.name for question in missing(after, {})] == ["ban_ends_on"]


def test_nobody_is_sent_to_a_licence_that_is_lost_stolen_or_handed_over():
    for motive in ("PERTE", "VOL", "SUSP", "INS_RET", "REU_RET"):
        step = for_person(BY_SLUG["permis"], somebody(motive=motive))
        number = next(q for q in step.questions if q.name == "licence_number")
        assert "si vous en avez une" in step.help_text
        assert "si vous en avez une" in number.hint
    assert "au dos de la carte" in for_person(BY_SLUG["permis"], somebody(motive="DET")).help_text


def test_the_first_title_of_stay_is_asked_even_of_who_has_had_several():
    moroccan = for_person(BY_SLUG["sejour"], somebody(motive="ECH_HUE", nationality="MA"))
    assert "tout premier" in moroccan.help_text
    assert "dernier" not in moroccan.help_text
    assert "dernier" in for_person(BY_SLUG["sejour"], somebody(motive="ECH_EU", nationality="ES")).help_text


# What happened, and the requests that follow from it.
FIRST_PAGE = {
    "J’ai réussi un examen, ou obtenu un diplôme": "REU REU_EXT REU_RET DIP MIL",
    "Je n’ai plus mon permis, ou il est abîmé": "PERTE VOL DET",
    "Mon permis se termine, ou doit changer": "EXP15 MED MED_REST ROSE EC ERR",
    "Mon permis a été suspendu, annulé ou invalidé": "SUSP INS_RET",
    "Je veux passer un permis": "INS INS_EXT",
    "J’ai un permis d’ailleurs, ou je pars": "ECH_EU ECH_HUE ECH_COM ENR_EU RETAB PCI",
    "J’ai fini une formation en auto-école": "FORM_AM FORM_A FORM_B96 FORM_78",
}


BORN = {"birth_date": "1990-06-15"}
EARLY = "Cette date est avant votre naissance. Vérifiez l’année."
# A date that the person gives may not stand before the birth: step, question.
AFTER_BIRTH = [
    ("examen", "exam_on"),
    ("examen", "theory_exam_on"),
    ("formation", "course_on"),
    ("formation", "a2_obtained_on"),
    ("sanction", "ban_starts_on"),
    ("sanction", "licence_first_issued_on"),
    ("sanction", "licence_surrendered_on"),
    ("permis-actuel", "licence_obtained_on"),
    ("sejour", "resident_since"),
    ("sejour", "stay_started_on"),
    ("perte", "lost_on"),
    ("vol", "theft_receipt_on"),
    ("erreur", "received_on"),
    ("avis-medical", "medical_opinion_on"),
]


def test_nothing_happens_to_somebody_before_the_birth():
    for step, name in AFTER_BIRTH:
        objections = BY_SLUG[step].objections
        assert objections({**BORN, name: "1990-06-14"}, TODAY) == {name: EARLY}
        assert objections({**BORN, name: "1990-06-15"}, TODAY) == {}
        assert objections({"birth_date": "1990", name: "1990-12-30"}, TODAY) == {name: EARLY}
        assert objections({"birth_date": "1990", name: "1990-12-31"}, TODAY) == {}
        assert objections({name: "1990-06-14"}, TODAY) == {}
        assert objections({**BORN, name: "none"}, TODAY) == {}


DATES = [
    # step, first date, second date, what is said of the second when it comes first
    ("examen", "theory_exam_on", "exam_on", "L’épreuve de conduite vient après l’épreuve théorique. Vérifiez les deux dates."),
    ("sanction", "ban_starts_on", "ban_ends_on", "La fin vient après le début. Vérifiez les deux dates."),
    ("sanction", "licence_surrendered_on", "ban_ends_on", "La fin vient après le jour où vous avez remis votre permis. Vérifiez les deux dates."),
    ("sanction", "licence_first_issued_on", "ban_starts_on", "Cette date est avant celle de votre premier permis. Vérifiez les deux dates."),
    ("sanction", "licence_first_issued_on", "licence_surrendered_on", "Cette date est avant celle de votre premier permis. Vérifiez les deux dates."),
    ("permis-actuel", "licence_obtained_on", "licence_expires_on", "La fin vient après l’obtention. Vérifiez les deux dates."),
]  # fmt: skip


def test_two_dates_that_contradict_each_other_are_told():
    for step, first, then, sentence in DATES:
        objections = BY_SLUG[step].objections
        assert objections({**BORN, first: "2020-05-02", then: "2020-05-01"}, TODAY) == {then: sentence}
        assert objections({**BORN, first: "2020-05-02", then: "2020-05-02"}, TODAY) == {}
        assert objections({**BORN, first: "2020-05-02"}, TODAY) == {}
        assert objections({**BORN, then: "2020-05-02"}, TODAY) == {}


def test_who_signs_for_somebody_is_of_age():
    objections = BY_SLUG["representant"].objections
    assert objections({"rep_birth_date": "2008-11-23"}, TODAY) == {}
    assert list(objections({"rep_birth_date": "2008-11-24"}, TODAY)) == ["rep_birth_date"]
    assert list(objections({"rep_birth_date": "2008"}, TODAY)) == ["rep_birth_date"]
    assert objections({}, TODAY) == {}


def test_nobody_holds_nothing_and_something():
    objections = BY_SLUG["permis"].objections
    assert list(objections({"held_categories": ["none", "B"]}, TODAY)) == ["held_categories"]
    assert objections({"held_categories": ["none"]}, TODAY) == {}
    assert objections({"held_categories": ["B", "C"]}, TODAY) == {}
    assert objections({}, TODAY) == {}


APPLIES = [
    # question                 answers                              asked
    ("exam_on", {}, True),
    ("exam_on", {"theory_only": "no"}, True),
    ("exam_on", {"theory_only": "yes"}, False),
    ("theory_exam_on", {}, False),
    ("theory_exam_on", {"theory_only": "yes"}, True),
    ("given_names", {"no_given_name": "yes"}, False),
    ("given_names", {"no_given_name": ""}, True),
    ("gearbox", {"categories": ["A2"]}, False),
    ("gearbox", {"categories": ["A2", "B"]}, True),
    ("gearbox", {"categories": "B"}, True),
    ("gearbox", {"categories": []}, False),
    ("sex", {}, True),
]


def test_a_question_hangs_on_another_answer():
    for name, answers, yes in APPLIES:
        assert (name, answers, applies(QUESTIONS[name], answers)) == (name, answers, yes)


def test_what_a_step_still_lacks():
    step = BY_SLUG["vol"]
    names = [q.name for q in missing(step, {})]
    assert names == ["theft_declared"]
    names = [
        q.name
        for q in missing(step, {"theft_declared": "yes", "theft_authority": "Rennes", "theft_place": ""})
    ]
    assert names == ["theft_receipt_on", "theft_place"]
    assert missing(step, {"theft_declared": "no"}) == ()
    assert "categories" in [q.name for q in missing(BY_SLUG["permis"], {"categories": []})]


def test_an_answer_to_another_motive_is_kept_and_not_read():
    answers = {"motive": "PERTE", "lost_on": "2026-11-20", "filer": "self"}
    assert of_motive({**answers, "exam_on": "2026-11-01", "course_on": "2026-11-01"}) == answers
    assert of_motive({**answers, "motive": "nothing"}) == {**answers, "motive": "nothing"}
    assert of_motive({"exam_on": "2026-11-01"}) == {"exam_on": "2026-11-01"}


def test_an_answer_that_is_asked_of_some_people_of_the_motive_is_read():
    answers = {"motive": "ECH_EU", "lost_on": "2026-11-20", "rep_quality": "mother"}
    assert of_motive(answers) == answers


def test_what_was_declared_is_read():
    declared = {"motive": "VOL", "theft_declared": "yes", "theft_receipt_on": "2026-11-01", "filer": "self"}
    assert read(declared) == declared


def test_there_is_none_where_another_answer_says_so():
    theft = {
        "motive": "VOL",
        "theft_declared": "no",
        "theft_receipt_on": "2026-11-01",
        "theft_place": "Rennes",
    }
    assert read(theft) == {"motive": "VOL", "theft_declared": "no", "theft_receipt_on": "none"}
    assert read({"motive": "VOL", "theft_place": "Rennes"}) == {"motive": "VOL"}


def test_the_ends_of_the_categories_make_one_fact():
    answers = {
        "motive": "MED",
        "categories": ["C", "D"],
        "category_ends_on_C": "2027-01-15",
        "category_ends_on_D": "",
    }
    assert read(answers) == {**answers, "category_ends_on": {"C": "2027-01-15"}}
    person = somebody(motive="MED", categories=["C"])
    mine = of_person({**answers, "lost_on": "2026-11-20", "filer": "self"}, person)
    assert mine == {
        "motive": "MED",
        "categories": ["C", "D"],
        "category_ends_on_C": "2027-01-15",
        "category_ends_on": {"C": "2027-01-15"},
        "filer": "self",
    }


def test_an_answer_to_a_question_that_may_still_be_asked_is_read():
    person = Situation(presume=False, motive=Motive.REU, submitted_on=TODAY)
    answers = {
        "motive": "REU",
        "rep_quality": "mother",
        "resident_since": "2026-01-01",
        "lost_on": "2026-11-20",
    }
    assert of_person(answers, person) == {
        "motive": "REU",
        "rep_quality": "mother",
        "resident_since": "2026-01-01",
    }


def test_of_a_stranger_a_step_waits_until_its_condition_is_known_and_a_question_does_not():
    person = Situation(presume=False, motive=Motive.REU, submitted_on=TODAY)
    names = [question.name for step in steps_for(person) for question in step.questions]
    assert "rep_quality" not in names
    assert "resident_since" not in names
    assert {"address", "host_name", "already_given"} <= set(names)


HELPS = [
    # step, the title of its help, in the requests of …
    ("examen", "Pas encore de numéro ?", "INS INS_EXT INS_RET"),
    ("examen", "Où trouver ces informations ?", "REU REU_EXT REU_RET"),
    ("permis-actuel", "Où est cette date ?", "EXP15"),
    ("permis-actuel", "Gardez votre permis", "ENR_EU"),
    ("permis-actuel", "Gardez l’original", "ECH_EU ECH_HUE ECH_COM RETAB"),
]


def test_the_help_of_a_step_is_that_of_the_request():
    for slug, title, motives in HELPS:
        found = [
            motive
            for motive in Motive
            for step in steps_for(somebody(motive=motive))
            if (step.slug, step.help_title) == (slug, title)
        ]
        assert (slug, title, " ".join(found)) == (slug, title, motives)
    stranger = Situation(presume=False, submitted_on=TODAY)
    assert for_person(BY_SLUG["examen"], stranger).help_title == "Où trouver ces informations ?"


def test_of_who_has_not_said_why_nothing_is_asked_about_a_licence():
    steps = [step.slug for step in steps_for(Situation(presume=False, submitted_on=TODAY))]
    assert steps[0] == "motif"
    assert "permis" not in steps


def test_the_reasons_to_ask_are_grouped_by_what_happened():
    found = {title: " ".join(motive for motive, _ in group) for title, group in GROUPS}
    assert found == FIRST_PAGE
    first = QUESTIONS["motive"]
    assert {title: " ".join(codes) for title, codes in first.groups} == FIRST_PAGE
    assert sorted(code for code, _ in first.choices) == sorted(Motive)
    assert [code for code, _ in first.choice_hints] == ["FORM_AM", "FORM_A", "FORM_B96", "FORM_78"]
    assert [code for code, _ in BY_SLUG["motif"].asides] == ["ADR", "NOM_MARIAGE", "PHOTO"]


def test_every_question_says_why_it_is_asked():
    assert [q.name for q in QUESTIONS.values() if not q.why.endswith(".")] == []
