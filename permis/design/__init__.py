"""How the service looks: skins, static files, component templates and the tags that draw them; no logic."""
