"""Table 4: what is kept of somebody, for how long, and what is left of it afterwards."""

from __future__ import annotations

from permis.domain.kept import KEPT

# personal data (app.Model.field) | until | what becomes of it
TABLE = """
accounts.Person.email accounts.Person.phone accounts.Person.password accounts.Person.name | fermeture du compte, ou 2 ans sans connexion | effacé
accounts.Code.digest accounts.Code.address | 15 minutes, puis 1 jour | effacé
dossier.Dossier.answers dossier.Dossier.owner | 5 ans après la décision | clé détruite
dossier.Event.detail dossier.Event.actor | 5 ans après la décision | clé détruite
evidence.Upload.name evidence.Upload.files evidence.Upload.checks | délai de recours : 2 mois après la remise ou le refus ; 30 jours pour ce qui est repris avant l’envoi | clé détruite, fichiers effacés
evidence.Arrival.name evidence.Arrival.parts evidence.Arrival.phone | jusqu’à la fin de leur contrôle ; 24 heures s’ils n’arrivent pas en entier ; le nom d’un fichier refusé, 24 heures ou jusqu’au fichier qui le remplace | clé détruite, fichiers effacés
evidence.PhoneLink.token_index evidence.PhoneLink.holder_index | 15 minutes, puis la vie de la demande | effacé
instruction.Sheet.pictures | la confirmation de l’agent, 30 jours au plus | clé et images effacées
evidence.EPhoto.code evidence.EPhoto.holder evidence.EPhoto.files | 6 mois après le dépôt, ou le délai des documents de la demande qui s’en sert | clé détruite, fichiers effacés
dossier.Slot.note | 5 ans après la décision | clé détruite
delivery.Letter.address delivery.Letter.number | 5 ans après la décision | clé détruite
production.GivenNumber.number_index production.GivenNumber.person_index | 5 ans après la décision | effacé
notices.Notice.address notices.Notice.subject notices.Notice.text | jusqu’à l’envoi | effacé dès l’envoi
dossier.Mandate.address dossier.Mandate.address_index dossier.Mandate.key_index | 5 ans après la décision | clé détruite
dossier.Look.actor dossier.Look.target | 1 an | effacé
"""


def as_written(line):
    return f"{' '.join(line.fields)} | {line.until} | {line.gone}"


def test_the_table_says_this_and_nothing_else():
    found = [as_written(line) for line in KEPT]
    expected = TABLE.strip().splitlines()
    assert [line for line in expected if line not in found] == []
    assert [line for line in found if line not in expected] == []


def test_nothing_is_kept_without_an_end_a_reason_and_a_text():
    for line in KEPT:
        assert all((line.data, line.fields, line.until, line.because, line.gone, str(line.source))), line.data


def test_no_field_is_kept_for_two_different_times():
    fields = [field for line in KEPT for field in line.fields]
    assert sorted(fields) == sorted(set(fields))


def test_what_a_stolen_disk_would_show_is_sealed_and_its_key_destroyed():
    for field in (
        "dossier.Dossier.answers",
        "dossier.Event.detail",
        "evidence.Upload.files",
        "delivery.Letter.address",
    ):
        (line,) = [line for line in KEPT if field in line.fields]
        assert "clé détruite" in line.gone, field
