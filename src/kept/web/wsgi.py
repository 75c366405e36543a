"""The WSGI entry the server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from kept.web.operating.serving import begin

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kept.web.settings")
application = get_wsgi_application()
begin("web")
# What was loaded stays for good; looking through it again and again would cost every page.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 50)
