"""The SQLite backend with its fair lock, the router of the second file, the guard, and leased rows."""
