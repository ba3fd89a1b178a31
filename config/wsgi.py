"""The entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from permis.cli.processes import die_with_parent, private_files

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
die_with_parent()  # a web process never outlives the server that started it
private_files()

application = get_wsgi_application()
