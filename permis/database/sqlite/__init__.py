"""Django's SQLite backend with a blocking file lock, so that writers wait in turn."""
