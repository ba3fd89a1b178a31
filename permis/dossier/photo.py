"""A photo and a signature that come by post: the person chooses it while it is a draft, and may change his mind."""

from __future__ import annotations

from django.db import transaction

from permis.domain.vocabulary import Piece, Role, State
from permis.dossier.facts import OWNERS, NotNow, lock
from permis.dossier.models import Dossier


def choose_post(dossier: Dossier, role: Role, by_post: bool) -> None:
    """Writes how the photo and the signature come. Raises `NotNow` once it is sent, or when none is asked."""
    with transaction.atomic():
        here = lock(dossier.pk)
        asked = here.slots.filter(asked=True, piece=Piece.PHOTO).exists()
        if role not in OWNERS or here.get_state() is not State.DRAFT or not asked:
            raise NotNow
        Dossier.objects.filter(pk=here.pk).update(photo_by_post=by_post)
    dossier.photo_by_post = by_post
