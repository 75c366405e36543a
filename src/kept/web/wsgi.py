"""The WSGI entry the server loads."""

import os

from django.core.wsgi import get_wsgi_application

from kept.web.operating.serving import begin

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kept.web.settings")
application = get_wsgi_application()
begin("web")
