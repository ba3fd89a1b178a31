"""Argon2id with the parameters that OWASP advises for a busy server: 19 MiB, 2 passes, 1 lane."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2Owasp(Argon2PasswordHasher):
    """Django's default asks for 100 MiB a sign-in, which is a way to bring a small machine down."""

    time_cost = 2
    memory_cost = 19456
    parallelism = 1
