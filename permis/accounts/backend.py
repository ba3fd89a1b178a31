"""Sign-in by e-mail or mobile number, with the same work whether the account exists or not."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from permis.accounts.models import Person


class MailOrPhone(BaseBackend):
    """Django's authentication protocol."""

    def authenticate(
        self, request: HttpRequest | None, identifier: str = "", password: str = "", **_: Any
    ) -> Person | None:
        """The active person with this normalised identifier and password, else None."""
        person = Person.objects.by_identifier(identifier) if identifier else None
        if person is None:
            make_password(password)  # so that the time does not tell whether the account exists
            return None
        return person if person.check_password(password) and person.is_active else None

    def get_user(self, user_id: Any) -> Person | None:
        """The active person of a session."""
        return Person.objects.filter(pk=user_id, is_active=True).first()
