"""What the tests need around them: a PostgreSQL of their own, and a browser."""


class Unavailable(Exception):
    """This machine cannot offer the service; the message says what is missing."""
