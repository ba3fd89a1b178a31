"""Table 3, what may happen and by when: one row a sentence, "this actor may do this, from here to there".

From the same rows come the permission check, the agent's buttons, the sentence on the tracking page,
the notice, the deadlines and the diagram. `says` is what the citizen reads; `{…}` are filled from the event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from permis.domain.legal import ANTS_EXP, CJA, CRPA, F173, F1758, F34773, PARAMETER, SEED, Source
from permis.domain.terms import days, months
from permis.domain.vocabulary import EXCHANGES, Motive, Result, Role, SlotStatus, State, Verb

R, S, V = Role, State, Verb

# The foreign licence is handed over for a French one: its original is asked for, and looked at before the decision.
HANDED_OVER = EXCHANGES | {Motive.RETAB}


@dataclass(frozen=True)
class Thing:
    """What a request ends with, in the words of the sentences: the factory's card and its kin, or an entry."""

    yours: str  # « votre carte »
    the: str  # « la carte »
    new: str  # « une nouvelle carte »
    licence: str  # what the person holds in the end: « votre permis »
    e: str  # the mark of the feminine on a participle
    check: str = "Vérifiez-le. Une erreur se signale dans les 6 mois."  # what to know once it is in hand
    soon: str = ""  # what comes once the request is granted; empty: it is made
    done: str = ""  # of an entry: what was done
    where: str = ""  # of an entry: where its paper is

    def words(self) -> dict[str, str]:
        """What stands for `{yours}`, `{Yours}` and so on in a sentence."""
        found = {"yours": self.yours, "the": self.the, "new": self.new, "licence": self.licence, "e": self.e}
        found |= {name.capitalize(): text[:1].upper() + text[1:] for name, text in found.items() if name != "e"}
        soon = self.soon or f"{found['Yours']} va être fabriqué{self.e}."
        return found | {"check": self.check, "soon": soon, "done": self.done, "where": self.where}


THINGS: dict[Result, Thing] = {
    Result.CARD: Thing("votre carte", "la carte", "une nouvelle carte", "votre permis", "e"),
    Result.CORRECTED_CARD: Thing(
        "votre carte corrigée", "la carte corrigée", "une nouvelle carte", "votre permis corrigé", "e",
        check="Vérifiez-le, puis détruisez la carte qui portait l’erreur.",
    ),
    Result.BOOKLET: Thing(
        "votre permis international", "le permis international", "un nouveau permis international",
        "votre permis international", "",
        check="Gardez-le avec votre permis français : il vaut 3 ans, et seulement avec lui.",
    ),
    Result.REGISTRATION: Thing(
        "votre inscription", "l’inscription", "une nouvelle inscription", "votre attestation d’inscription", "e",
        soon="Nous vous écrivons dès que vous avez votre numéro d’inscription (NEPH).",
        done="Votre inscription à l’examen du permis est faite : vous avez votre numéro (NEPH).",
        where="Votre numéro et votre attestation d’inscription sont sur la page de suivi.",
        check="Elle ne permet pas de conduire seul : elle sert à passer l’examen.",
    ),
    Result.RECORD: Thing(
        "votre enregistrement", "l’enregistrement", "un nouvel enregistrement", "votre attestation d’enregistrement",
        "",
        soon="Nous vous écrivons dès que votre permis étranger est enregistré.",
        done="Votre permis étranger est enregistré.",
        where="Votre attestation d’enregistrement est sur la page de suivi.",
        check="Gardez votre permis étranger : c’est avec lui que vous conduisez.",
    ),
}


# States that are worded otherwise than for a card, by what the request ends with.
STATES_OF: dict[Result, dict[State, str]] = {
    Result.BOOKLET: {
        S.IN_PRODUCTION: "Permis international en fabrication",
        S.POSTED: "Permis international expédié",
        S.DELIVERED: "Permis international remis",
    },
    Result.REGISTRATION: {S.REGISTERED: "Inscription faite"},
}


def state_label(state: State, result: Result) -> str:
    """The French name of a state, as whoever made the request reads it."""
    return STATES_OF.get(result, {}).get(state, state.label)


# What the person has done their part for: a file that is safe with us counts, whatever its check will say.
GIVEN_STATUSES = frozenset({SlotStatus.RECEIVED, SlotStatus.READY, SlotStatus.ACCEPTED})
# Where documents are the person's to give and to take back.
WITH_THE_PERSON = frozenset({State.DRAFT, State.INCOMPLETE})


@dataclass(frozen=True)
class Facts:
    """What a row may ask of a dossier, read under the lock of the move."""

    slots: tuple[tuple[str, str, str], ...] = ()  # (piece, side, status) of the slots that are asked
    makes_card: bool = True
    cancellable: bool = True
    photo_by_post: bool = False
    said: frozenset[Verb] = frozenset()  # verbs said since the present state was entered
    sends: int = 0  # letters posted so far for the present card
    reason_given: bool = False  # the actor wrote why, for the person to read
    hands_over: bool = True  # a foreign licence is exchanged, whose original may be asked for
    original_due: bool = False  # it must be, since nobody has looked at it yet

    def photo_ready(self) -> bool:
        """Photo and signature are there; another document may turn out to be done again, which an agent then says."""
        here = [status for piece, _, status in self.slots if piece == "PHOTO"]
        return bool(here) and all(status in GIVEN_STATUSES for status in here)

    def all_ready(self, *, but: str | None = None) -> bool:
        """Every side that is asked has been given and not refused (pieces `but` are left aside).

        A file that is safe with us counts, even if its check must still be made (an antivirus may be down for a
        night): the person goes on, and no agent sees it before.
        """
        given = [status in GIVEN_STATUSES for piece, _, status in self.slots if piece != but]
        return bool(self.slots) and all(given)


@dataclass(frozen=True)
class Needed:
    """A named condition of a row, with the sentence that says what to do when it is not met.

    `hides`: when it is not met the act is none of this request's, and its button is not shown.
    """

    name: str
    check: Callable[[Facts], bool]
    otherwise: str
    hides: bool = False
    parts: tuple[Needed, ...] = ()

    def __and__(self, other: Needed) -> Needed:
        parts = (*(self.parts or (self,)), *(other.parts or (other,)))
        return Needed(
            " & ".join(part.name for part in parts),
            lambda facts: all(part.check(facts) for part in parts),
            " ".join(dict.fromkeys(part.otherwise for part in parts)),
            parts=parts,
        )

    def lacking(self, facts: Facts) -> tuple[Needed, ...]:
        """The conditions that are not met, one by one."""
        return tuple(part for part in self.parts or (self,) if not part.check(facts))

    def why(self, facts: Facts) -> str:
        """What to do about whatever is not met; empty when all is."""
        return " ".join(dict.fromkeys(part.otherwise for part in self.lacking(facts)))


nothing = Needed("nothing", lambda _: True, "")
photo_here = Needed("photo_here", lambda f: not f.photo_by_post, "La photo est annoncée par courrier.")
photo_by_post = Needed("photo_by_post", lambda f: f.photo_by_post, "La photo n’est pas annoncée par courrier.")
all_ready = Needed("all_ready", lambda f: f.all_ready(), "Il manque encore un document.")
photo_ready = Needed("photo_ready", lambda f: f.photo_ready(), "Il manque encore la photo ou la signature.")
ready_but_photo = Needed("ready_but_photo", lambda f: f.all_ready(but="PHOTO"), "Il manque encore un document.")
all_accepted = Needed(
    "all_accepted",
    lambda f: bool(f.slots) and all(status == SlotStatus.ACCEPTED for *_, status in f.slots),
    "Chaque document doit être accepté avant d’accorder la demande.",
)
some_refused = Needed(
    "some_refused",
    lambda f: any(status == SlotStatus.REFUSED for *_, status in f.slots),
    "Refusez d’abord le document à refaire, avec son motif.",
)
reason_given = Needed("reason_given", lambda f: f.reason_given, "Écrivez le motif que la personne lira.")
cancellable = Needed(
    "cancellable",
    lambda f: f.cancellable,
    "Une déclaration de perte ne peut pas être annulée : l’ancien permis n’est plus valable.",
)
makes_card = Needed("makes_card", lambda f: f.makes_card, "Ce motif ne donne pas de carte.")
no_card = Needed("no_card", lambda f: not f.makes_card, "Ce motif donne une carte.")

hands_over = Needed(
    "hands_over", lambda f: f.hands_over, "Il n’y a pas de permis original à demander pour cette demande.", hides=True
)
original_seen = Needed(
    "original_seen",
    lambda f: not f.original_due,
    "Le permis étranger original doit être reçu et vérifié avant d’accorder l’échange : demandez-le.",
)

MAX_SENDS = 2  # two sends in all [D]: docs/law.md, listed in docs/law.md
may_repost = Needed("may_repost", lambda f: f.sends < MAX_SENDS, "La lettre a déjà été envoyée deux fois.")


def not_said(verb: Verb) -> Needed:
    """The verb was not yet said since the present state was entered: for rows that keep their state."""
    return Needed(f"not_said({verb})", lambda f: verb not in f.said, "C’est déjà fait.")


def said(verb: Verb) -> Needed:
    """The verb was said since the present state was entered."""
    return Needed(f"said({verb})", lambda f: verb in f.said, "Ce n’est pas encore le moment.")


@dataclass(frozen=True)
class Term:
    """A deadline that a row opens: what it is, its last day, what then happens, and while in which states it lives.

    `then` is a verb of `system`, or None for a notice named after `what`. The day is the last one included:
    a verb is said the day after it; a notice is sent on it.
    """

    what: str
    after: Callable[[dt.date], dt.date]
    then: Verb | None
    while_in: frozenset[State]
    source: Source
    label: str


@dataclass(frozen=True)
class Row:
    """These actors may say this verb before, which leads after, if needed; this is what the citizen reads."""

    actors: frozenset[Role]
    verb: Verb
    before: State
    after: State
    needs: Needed
    says: str
    source: Source
    tells: str | None = None  # the name of the notice sent to the person; None: no message
    terms: tuple[Term, ...] = field(default=())
    act: str = ""  # the French words of the button for an agent


COMPLEMENT_DAYS = 30  # [D] docs/law.md
COMPLEMENT_REMINDER_DAYS = 20  # [D]
DRAFT_REMINDER_DAYS = 7  # docs/law.md
DRAFT_DAYS = 90  # [D]
PHOTO_BY_POST_DAYS = 30  # [D]
ORIGINAL_DAYS = 30  # [D]
POST_OFFICE_DAYS = 15  # SEED, ANTS_EXP
POST_OFFICE_REMINDER_DAYS = 10  # [D]
SILENCE_MONTHS = 2  # CRPA L231-4
APPEAL_MONTHS = 2  # CJA R421-5
ERROR_MONTHS = 6  # F173
INQUIRY_DAYS = 21  # [D] a letter that nobody finds is made again without anybody asking
KEPT_CARD_MONTHS = 6  # [D] docs/law.md

UNDER_INSTRUCTION = frozenset({S.SUBMITTED, S.IN_REVIEW, S.COMPLETED, S.VERIFYING, S.AUTHENTICATING})
ENDED = frozenset({S.DELIVERED, S.REGISTERED, S.REFUSED, S.CLOSED, S.CANCELLED})

_DRAFT_TERMS = (
    Term(
        "draft_reminder",
        lambda d: days(d, DRAFT_REMINDER_DAYS),
        None,
        frozenset({S.DRAFT}),
        PARAMETER,
        "rappel d’un brouillon",
    ),
    Term("draft_end", lambda d: days(d, DRAFT_DAYS), V.CANCEL, frozenset({S.DRAFT}), PARAMETER, "fin d’un brouillon"),
)
START_TERMS = _DRAFT_TERMS

_SILENCE = Term(
    "silence",
    lambda d: months(d, SILENCE_MONTHS),
    None,
    UNDER_INSTRUCTION,
    CRPA.art("art. L231-4"),
    "deux mois de silence valent refus",
)
_COMPLEMENT_TERMS = (
    Term(
        "complement_reminder",
        lambda d: days(d, COMPLEMENT_REMINDER_DAYS),
        None,
        frozenset({S.INCOMPLETE}),
        PARAMETER,
        "rappel des documents à refaire",
    ),
    Term(
        "complement",
        lambda d: days(d, COMPLEMENT_DAYS),
        V.CLOSE,
        frozenset({S.INCOMPLETE}),
        CRPA.art("art. L114-5"),
        "dernier jour pour compléter",
    ),
)
_PHOTO_TERM = Term(
    "photo_by_post",
    lambda d: days(d, PHOTO_BY_POST_DAYS),
    V.CLOSE,
    frozenset({S.AWAITING_PHOTO}),
    PARAMETER,
    "dernier jour pour la photo par courrier",
)
_ORIGINAL_TERM = Term(
    "original",
    lambda d: days(d, ORIGINAL_DAYS),
    V.CLOSE,
    frozenset({S.ORIGINAL_AWAITED}),
    PARAMETER,
    "dernier jour pour envoyer le permis original",
)
_POST_OFFICE_TERMS = (
    Term(
        "post_office_reminder",
        lambda d: days(d, POST_OFFICE_REMINDER_DAYS),
        None,
        frozenset({S.AT_POST_OFFICE}),
        PARAMETER,
        "rappel de la lettre au bureau de poste",
    ),
    Term(
        "post_office",
        lambda d: days(d, POST_OFFICE_DAYS),
        V.RETURN,
        frozenset({S.AT_POST_OFFICE}),
        SEED,
        "dernier jour au bureau de poste",
    ),
)
_APPEAL_TERM = Term(
    "appeal",
    lambda d: months(d, APPEAL_MONTHS),
    None,
    frozenset({S.REFUSED}),
    CJA.art("art. R421-5"),
    "dernier jour pour contester",
)
_ERROR_TERM = Term(
    "error_report",
    lambda d: months(d, ERROR_MONTHS),
    None,
    frozenset({S.DELIVERED}),
    F173,
    "dernier jour pour signaler une erreur",
)
_KEPT_CARD_TERM = Term(
    "kept_card",
    lambda d: months(d, KEPT_CARD_MONTHS),
    V.CLOSE,
    frozenset({S.RETURNED}),
    PARAMETER,
    "fin de la garde de la lettre revenue",
)
_INQUIRY_TERM = Term(
    "inquiry",
    lambda d: days(d, INQUIRY_DAYS),
    V.REMAKE,
    frozenset({S.MISSING}),
    PARAMETER,
    "fin de l’enquête de La Poste",
)


def _row(
    actors: Role | tuple[Role, ...],
    verb: Verb,
    before: State,
    after: State,
    needs: Needed,
    says: str,
    source: Source,
    tells: str | None = None,
    *terms: Term,
    act: str = "",
) -> Row:
    who = frozenset({actors} if isinstance(actors, Role) else actors)
    return Row(who, verb, before, after, needs, says, source, tells, terms, act)


FILER = (R.CITIZEN, R.REPRESENTATIVE, R.HELPER, R.SCHOOL)
OWNER = (R.CITIZEN, R.REPRESENTATIVE)
INSTRUCTOR = (R.AGENT, R.SUPERVISOR, R.FRAUD_REFERENT)
HEAD = (R.SUPERVISOR,)

_SUBMIT = "Vous avez envoyé votre demande."
_TAKE_UP = "Un agent du {cert} a commencé à lire votre demande."
_COMPLETE = "Vous avez envoyé les documents demandés."
_CANCEL = "Vous avez annulé votre demande."
_REFUSE = "Votre demande a été refusée : {reason}"
_CLOSE_SILENT = "Votre demande est classée sans suite : nous n’avons pas reçu ce que nous attendions avant la date dite."
_CLOSE = "Votre demande est classée sans suite : {reason}"
_REOPEN = "Votre demande est rouverte. Un agent la reprend."
_DELIVER = "{Licence} vous a été remis."
_RETURN = "La lettre n’a pas été retirée : elle nous revient."
_MISSING = "Vous nous avez dit que vous n’avez pas reçu la lettre. Nous cherchons avec La Poste."

ROWS: tuple[Row, ...] = (
    # The person files
    _row(FILER, V.SUBMIT, S.DRAFT, S.SUBMITTED, photo_here & all_ready, _SUBMIT, CRPA.art("art. L112-11"),
         "registered", _SILENCE),
    _row(FILER, V.SUBMIT, S.DRAFT, S.AWAITING_PHOTO, photo_by_post & ready_but_photo,
         "Vous avez envoyé votre demande. Nous attendons votre photo par courrier.", CRPA.art("art. L112-11"),
         "photo_awaited", _PHOTO_TERM),
    _row((R.AGENT, R.OPERATOR), V.RECEIVE_PHOTO, S.AWAITING_PHOTO, S.SUBMITTED, photo_ready,
         "Nous avons reçu votre photo et votre signature.", SEED, None, _SILENCE, act="Photo reçue par courrier"),
    # An agent reads
    _row(INSTRUCTOR, V.TAKE_UP, S.SUBMITTED, S.IN_REVIEW, nothing, _TAKE_UP, SEED, "in_instruction",
         act="Prendre ce dossier"),
    _row(INSTRUCTOR, V.TAKE_UP, S.COMPLETED, S.IN_REVIEW, nothing, _TAKE_UP, SEED, act="Prendre ce dossier"),
    _row(INSTRUCTOR, V.RELEASE, S.IN_REVIEW, S.SUBMITTED, nothing,
         "Votre demande attend un autre agent.", PARAMETER, act="Rendre à la file"),
    _row(INSTRUCTOR, V.ASK_FOR_MORE, S.IN_REVIEW, S.INCOMPLETE, some_refused,
         "Un agent vous a demandé un document. Vous avez jusqu’au {until} pour répondre.",
         CRPA.art("art. L114-5"), "to_complete", *_COMPLEMENT_TERMS, act="Demander les documents refusés"),
    _row(OWNER, V.COMPLETE, S.INCOMPLETE, S.COMPLETED, all_ready, _COMPLETE, CRPA.art("art. L114-5"), None, _SILENCE),
    _row(INSTRUCTOR, V.VERIFY, S.IN_REVIEW, S.VERIFYING, nothing,
         "Nous faisons des vérifications complémentaires. Vous n’avez rien à faire.", PARAMETER,
         act="Demander une vérification"),
    _row((R.AGENT, R.SUPERVISOR, R.FRAUD_REFERENT, R.EXPERT), V.CONCLUDE, S.VERIFYING, S.IN_REVIEW, nothing,
         "Les vérifications sont terminées.", PARAMETER, act="Vérification terminée"),
    _row(INSTRUCTOR, V.ASK_ORIGINAL, S.IN_REVIEW, S.ORIGINAL_AWAITED, hands_over,
         "Envoyez-nous votre permis original avant le {until}.", PARAMETER, "original_asked", _ORIGINAL_TERM,
         act="Demander le permis original"),
    _row((R.AGENT, R.SUPERVISOR, R.OPERATOR), V.RECEIVE_ORIGINAL, S.ORIGINAL_AWAITED, S.AUTHENTICATING, nothing,
         "Nous avons reçu votre permis original.", F1758, "original_received", _SILENCE, act="Original reçu"),
    _row((R.AGENT, R.SUPERVISOR, R.EXPERT), V.AUTHENTICATE, S.AUTHENTICATING, S.IN_REVIEW, nothing,
         "Votre permis original a été vérifié.", PARAMETER, act="Original authentique"),
    # The decision
    _row(INSTRUCTOR, V.APPROVE, S.IN_REVIEW, S.APPROVED, all_accepted & original_seen,
         "Votre demande a été acceptée.", ANTS_EXP, "accepted", act="Accorder"),
    _row((R.AGENT, R.SUPERVISOR), V.REFUSE, S.IN_REVIEW, S.REFUSED, reason_given, _REFUSE, CRPA.art("art. L211-2"),
         "refused", _APPEAL_TERM, act="Refuser la demande"),
    _row(HEAD, V.REFUSE, S.VERIFYING, S.REFUSED, reason_given, _REFUSE, CRPA.art("art. L211-2"),
         "refused", _APPEAL_TERM, act="Refuser la demande"),
    _row(HEAD, V.REFUSE, S.AUTHENTICATING, S.REFUSED, reason_given, _REFUSE, CRPA.art("art. L211-2"),
         "refused", _APPEAL_TERM, act="Refuser la demande"),
    _row(INSTRUCTOR, V.CLOSE, S.IN_REVIEW, S.CLOSED, reason_given, _CLOSE, CRPA.art("art. L114-5"), "closed",
         act="Classer sans suite"),
    _row(INSTRUCTOR, V.CLOSE, S.ORIGINAL_AWAITED, S.CLOSED, reason_given, _CLOSE, CRPA.art("art. L114-5"), "closed",
         act="Classer sans suite"),
    _row(R.SYSTEM, V.CLOSE, S.INCOMPLETE, S.CLOSED, nothing, _CLOSE_SILENT, CRPA.art("art. L114-5"), "closed"),
    _row(R.SYSTEM, V.CLOSE, S.AWAITING_PHOTO, S.CLOSED, nothing, _CLOSE_SILENT, CRPA.art("art. L114-5"), "closed"),
    _row(R.SYSTEM, V.CLOSE, S.ORIGINAL_AWAITED, S.CLOSED, nothing, _CLOSE_SILENT, CRPA.art("art. L114-5"), "closed"),
    _row(R.SYSTEM, V.CLOSE, S.RETURNED, S.CLOSED, nothing,
         "{The} est revenu{e} et personne ne l’a demandé{e} : nous l’avons détruit{e}.", PARAMETER, "closed"),
    _row(HEAD, V.REOPEN, S.REFUSED, S.IN_REVIEW, reason_given, _REOPEN, CRPA.art("art. L411-2"), "reopened",
         _SILENCE, act="Rouvrir la demande"),
    _row(HEAD, V.REOPEN, S.CLOSED, S.IN_REVIEW, reason_given, _REOPEN, CRPA.art("art. L411-2"), "reopened",
         _SILENCE, act="Rouvrir la demande"),
    # The person gives up
    _row(OWNER, V.CANCEL, S.DRAFT, S.CANCELLED, nothing, _CANCEL, PARAMETER),
    _row(R.SYSTEM, V.CANCEL, S.DRAFT, S.CANCELLED, nothing,
         "Ce brouillon a été fermé : rien n’y a changé depuis trois mois.", PARAMETER, "draft_closed"),
    _row(OWNER, V.CANCEL, S.SUBMITTED, S.CANCELLED, cancellable, _CANCEL, F34773, "cancelled"),
    _row(OWNER, V.CANCEL, S.AWAITING_PHOTO, S.CANCELLED, cancellable, _CANCEL, F34773, "cancelled"),
    _row(OWNER, V.CANCEL, S.INCOMPLETE, S.CANCELLED, cancellable, _CANCEL, F34773, "cancelled"),
    _row(OWNER, V.CANCEL, S.COMPLETED, S.CANCELLED, cancellable, _CANCEL, F34773, "cancelled"),
    _row(OWNER, V.CANCEL, S.IN_REVIEW, S.CANCELLED, cancellable, _CANCEL, F34773, "cancelled"),
    _row(OWNER, V.CANCEL, S.ORIGINAL_AWAITED, S.CANCELLED, cancellable, _CANCEL, F34773, "cancelled"),
    # The card
    _row(R.SYSTEM, V.REGISTER, S.APPROVED, S.REGISTERED, no_card,
         "{done}", PARAMETER, "registered_result"),
    _row(R.SYSTEM, V.REJECT_CARD, S.APPROVED, S.IN_REVIEW, no_card,
         "Dans le registre, le numéro que vous avez écrit est celui d’une autre personne. Un agent reprend votre demande : "
         "s’il l’accorde de nouveau, vous recevez un nouveau numéro.",
         PARAMETER, "number_refused", _SILENCE),
    _row(R.SYSTEM, V.ORDER_CARD, S.APPROVED, S.IN_PRODUCTION, makes_card,
         "{Yours} est en fabrication.", ANTS_EXP, "in_production"),
    _row(R.PLANT, V.REJECT_CARD, S.IN_PRODUCTION, S.IN_REVIEW, not_said(V.MAKE_CARD),
         "{The} n’a pas pu être fabriqué{e}. Un agent regarde pourquoi.", PARAMETER, "card_rejected", _SILENCE),
    _row(R.PLANT, V.MAKE_CARD, S.IN_PRODUCTION, S.IN_PRODUCTION, not_said(V.MAKE_CARD),
         "{Yours} a été fabriqué{e}.", ANTS_EXP),
    _row((R.SYSTEM, R.PLANT), V.POST, S.IN_PRODUCTION, S.POSTED, said(V.MAKE_CARD),
         "{Licence} est parti par La Poste, lettre numéro {number}.", ANTS_EXP, "posted"),
    # The letter
    _row(R.POST, V.MISS, S.POSTED, S.AT_POST_OFFICE, nothing,
         "Le facteur n’a pas pu déposer la lettre. Elle vous attend au bureau de poste jusqu’au {until}.",
         SEED, "at_post_office", *_POST_OFFICE_TERMS),
    _row(R.POST, V.DELIVER, S.POSTED, S.DELIVERED, nothing, _DELIVER, ANTS_EXP, "delivered", _ERROR_TERM),
    _row(R.POST, V.DELIVER, S.AT_POST_OFFICE, S.DELIVERED, nothing, _DELIVER, ANTS_EXP, "delivered", _ERROR_TERM),
    _row(R.POST, V.DELIVER, S.MISSING, S.DELIVERED, nothing, _DELIVER, ANTS_EXP, "delivered", _ERROR_TERM),
    _row(R.POST, V.RETURN, S.POSTED, S.RETURNED, nothing, _RETURN, ANTS_EXP, "returned", _KEPT_CARD_TERM),
    _row((R.POST, R.SYSTEM), V.RETURN, S.AT_POST_OFFICE, S.RETURNED, nothing, _RETURN, ANTS_EXP, "returned",
         _KEPT_CARD_TERM),
    _row(R.SYSTEM, V.REPOST, S.RETURNED, S.POSTED, may_repost,
         "Nous vous renvoyons la lettre, numéro {number}. Vous n’avez rien à faire.", ANTS_EXP, "posted"),
    _row((R.AGENT, R.SUPERVISOR, R.OPERATOR), V.REMAKE, S.RETURNED, S.APPROVED, reason_given,
         "Nous faisons fabriquer {new}.", PARAMETER, "remade", act="Refaire fabriquer"),
    _row(R.POST, V.RETURN, S.MISSING, S.RETURNED, nothing, _RETURN, ANTS_EXP, "returned", _KEPT_CARD_TERM),
    _row(OWNER, V.REPORT_MISSING, S.POSTED, S.MISSING, nothing, _MISSING, ANTS_EXP, "missing", _INQUIRY_TERM),
    _row(OWNER, V.REPORT_MISSING, S.DELIVERED, S.MISSING, nothing, _MISSING, ANTS_EXP, "missing", _INQUIRY_TERM),
    _row(R.SYSTEM, V.REMAKE, S.MISSING, S.APPROVED, nothing,
         "La Poste n’a pas retrouvé la lettre : nous faisons fabriquer {new}.", PARAMETER, "remade"),
    _row((R.AGENT, R.SUPERVISOR, R.OPERATOR), V.REMAKE, S.MISSING, S.APPROVED, reason_given,
         "Nous faisons fabriquer {new}.", PARAMETER, "remade", act="Refaire fabriquer"),
)  # fmt: skip


class Refusal(Exception):
    """The table does not let this actor say this verb now; `sentence` tells the person what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def rows_for(verb: Verb, before: State) -> tuple[Row, ...]:
    """The rows of this verb from this state, whoever says it."""
    return tuple(row for row in ROWS if row.verb is verb and row.before is before)


def row_for(verb: Verb, before: State, role: Role, facts: Facts) -> Row:
    """The one row that lets `role` say `verb` now. Raises `Refusal` with what to do next."""
    rows = rows_for(verb, before)
    if not rows:
        raise Refusal(f"Ce n’est pas possible maintenant : {before.label.lower()}.")
    mine = [row for row in rows if role in row.actors]
    if not mine:
        raise Refusal("Vous n’avez pas le droit de faire cela.")
    for row in mine:
        if row.needs.check(facts):
            return row
    raise Refusal(_explain(mine, facts))


def _explain(rows: list[Row], facts: Facts) -> str:
    # Among alternatives (photo here, photo by post) speak of the one that the facts are on the way to.
    if len(rows) > 1:
        wanted = "photo_by_post" if facts.photo_by_post else "photo_here"
        rows = [row for row in rows if row.needs.name.startswith(wanted)] or rows
    return rows[0].needs.why(facts)


def allowed(before: State, role: Role, facts: Facts) -> tuple[Row, ...]:
    """What this role may do now: the buttons of a screen."""
    return tuple(row for row in ROWS if row.before is before and role in row.actors and row.needs.check(facts))


def possible(before: State, role: Role, facts: Facts | None = None) -> tuple[Row, ...]:
    """What this role may do from here once the conditions are met: buttons, shut or open.

    With `facts`, without the acts that are none of this request's.
    """
    rows = tuple(row for row in ROWS if row.before is before and role in row.actors)
    if facts is None:
        return rows
    return tuple(row for row in rows if not any(part.hides for part in row.needs.lacking(facts)))


def term(what: str) -> Term:
    """The term of this name; KeyError if none."""
    return TERMS[what]


TERMS: dict[str, Term] = {t.what: t for row in ROWS for t in row.terms} | {t.what: t for t in START_TERMS}
