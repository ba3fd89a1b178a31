"""Step 1: what happened, which decides everything that follows."""

from permis.domain.asked.table import Question, Step
from permis.domain.conditions import always
from permis.domain.vocabulary import SCHOOL_ONLY, Motive

_M = Motive
# What happened → the requests that follow from it, in the words of the person.
GROUPS: tuple[tuple[str, tuple[tuple[Motive, str], ...]], ...] = (
    (
        "J’ai réussi un examen, ou obtenu un diplôme",
        (
            (_M.REU, "Je viens de réussir mon examen : c’est mon premier permis"),
            (_M.REU_EXT, "J’ai réussi l’examen d’une nouvelle catégorie"),
            (_M.REU_RET, "J’ai réussi l’examen après une annulation ou une invalidation"),
            (_M.DIP, "J’ai obtenu un diplôme professionnel de la route"),
            (_M.MIL, "J’ai un brevet militaire de conduite"),
        ),
    ),
    (
        "Je n’ai plus mon permis, ou il est abîmé",
        (
            (_M.PERTE, "J’ai perdu mon permis"),
            (_M.VOL, "On m’a volé mon permis"),
            (_M.DET, "Mon permis est abîmé"),
        ),
    ),
    (
        "Mon permis se termine, ou doit changer",
        (
            (_M.EXP15, "Ma carte arrive à la fin de ses 15 ans"),
            (_M.MED, "Je renouvelle une catégorie après un avis médical"),
            (_M.MED_REST, "Une restriction médicale est ajoutée ou retirée"),
            (_M.ROSE, "Je veux une carte à la place de mon permis rose"),
            (_M.EC, "Mon état civil a changé"),
            (_M.ERR, "La carte que j’ai reçue porte une erreur"),
        ),
    ),
    (
        "Mon permis a été suspendu, annulé ou invalidé",
        (
            (_M.SUSP, "Ma suspension se termine"),
            (_M.INS_RET, "Je veux m’inscrire à l’examen pour le repasser"),
        ),
    ),
    (
        "Je veux passer un permis",
        (
            (_M.INS, "Je m’inscris à l’examen pour mon premier permis"),
            (_M.INS_EXT, "Je m’inscris à l’examen d’une nouvelle catégorie"),
        ),
    ),
    (
        "J’ai un permis d’ailleurs, ou je pars",
        (
            (_M.ECH_EU, "J’échange un permis européen"),
            (_M.ECH_HUE, "J’échange un permis d’un autre pays"),
            (_M.ECH_COM, "J’échange un permis d’une collectivité d’outre-mer"),
            (_M.ENR_EU, "Je fais enregistrer mon permis européen, sans l’échanger"),
            (_M.RETAB, "Je reviens en France : mon permis français avait été échangé à l’étranger"),
            (_M.PCI, "Je pars conduire à l’étranger : je demande un permis international"),
        ),
    ),
    (
        "J’ai fini une formation en auto-école",
        (
            (_M.FORM_AM, "La formation AM (cyclomoteur ou voiturette)"),
            (_M.FORM_A, "La formation de A2 vers A (toutes les motos)"),
            (_M.FORM_B96, "La formation B96 (remorque)"),
            (_M.FORM_78, "La formation à la boîte manuelle"),
        ),
    ),
)
BY_SCHOOL = "Votre auto-école fait cette demande pour vous."

STEP = Step(
    slug="motif",
    title="Votre demande",
    recap="Votre demande",
    when=always,
    questions=(
        Question(
            "motive",
            "choice",
            "Pourquoi demandez-vous un permis ?",
            why="Le motif décide des documents et de la suite.",
            choices=tuple((motive.value, words) for _, group in GROUPS for motive, words in group),
            groups=tuple((title, tuple(motive.value for motive, _ in group)) for title, group in GROUPS),
            choice_hints=tuple((motive.value, BY_SCHOOL) for motive in _M if motive in SCHOOL_ONLY),
        ),
    ),
    help_title="Vous hésitez ?",
    help_text="Choisissez ce qui vous arrive : les pages suivantes ne posent que les questions de votre cas. Vous "
    "pourrez revenir sur ce choix tant que la demande n’est pas envoyée.",
    asides=(
        ("ADR", "J’ai déménagé"),
        ("NOM_MARIAGE", "Je me suis marié ou mariée"),
        ("PHOTO", "Ma photo a vieilli"),
    ),
)
