"""Settings, URLs and entry points: everything comes from the environment."""
