"""Which people of the demo have arrived with their request: written in the transaction that makes it."""

from __future__ import annotations

from django.db import models

from permis import clock


class Arrival(models.Model):
    """One applicant of the demo is here, whole. The slug is invented and says nothing of anybody."""

    slug = models.SlugField(max_length=40, unique=True)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.slug
