"""The WSGI entry the server loads."""

import os

from kept.web.loaded import load
from kept.web.operating.serving import begin

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kept.web.settings")
application = load()
begin("web")
