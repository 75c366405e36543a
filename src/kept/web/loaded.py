"""What every process that answers needs, loaded once."""

import gc
from functools import cache
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from django.utils import translation


@cache
def load() -> Any:
    """The application, with the addresses, all that is behind them, and the languages.

    Nothing here asks the database or begins a thread: neither outlives a fork.
    """
    application = get_wsgi_application()
    _ = get_resolver().url_patterns
    for language, _name in settings.LANGUAGES:
        translation.activate(language)
    translation.deactivate()
    # What was loaded stays for good; looking through it again and again would cost every page.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    return application
