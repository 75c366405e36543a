"""Settings, all read from the environment; without any, Kept runs on one SQLite file.

KEPT_HOME          where the database, attachments and the secret key live (default: ./var)
KEPT_DATABASE_URL  sqlite:///path or postgresql://… (default: a file in KEPT_HOME)
KEPT_FILES_URL     attachments: file:///path (default: a folder in KEPT_HOME) or
                   s3://key:secret@host:port/bucket?region=…&tls=0 (needs kept[s3])
KEPT_SECRET_KEY    default: made once and kept in KEPT_HOME
KEPT_DEBUG         1 shows tracebacks; never in production
KEPT_HOSTS         comma separated host names to answer to (default: this machine only)
KEPT_HTTPS         1 when browsers reach Kept through https: cookies are then secure only
KEPT_METRICS_TOKEN with it /metrics answers from anywhere; without, this machine only
KEPT_LOG           debug, info, warning or error (services: info; at a terminal: warning)
KEPT_LOG_FORMAT    json or text (default: text at a terminal, json elsewhere)
KEPT_MAIL_URL      smtp://user:word@host:port for outgoing mail; without it mail is only queued
"""

import os
import secrets
from pathlib import Path

from csp.constants import NONCE, NONE, SELF  # noqa: F401
from django.utils.translation import gettext_lazy as _

from kept.web.database import database_from_url
from kept.web.files import files_from_url
from kept.web.operating import presence

PACKAGE = Path(__file__).resolve().parent
HOME = Path(os.environ.get("KEPT_HOME", "var")).resolve()
DEBUG = os.environ.get("KEPT_DEBUG") == "1"
HTTPS = os.environ.get("KEPT_HTTPS") == "1"


def _secret_key() -> str:
    if key := os.environ.get("KEPT_SECRET_KEY"):
        return key
    path = HOME / "secret-key"
    if not path.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("KEPT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS and host != "*"]
DATABASES = {
    "default": database_from_url(
        os.environ.get("KEPT_DATABASE_URL", f"sqlite:///{HOME / 'kept.sqlite3'}")
    )
}

INSTALLED_APPS = [
    "kept.web",
    "kept.demo",
    "kept.imports",
    "kept.reports",
    "kept.workforce",
    "kept.field",
    "kept.orders",
    "kept.stations",
    "kept.knowledge",
    "kept.cases",
    "kept.products",
    "kept.parties",
    "kept.approvals",
    "kept.vouchers",
    "kept.promises",
    "kept.search",
    "kept.timeline",
    "kept.people",
    "kept.kit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "kept.web.operating.requests.RequestMiddleware",
    "kept.web.outages.OutageMiddleware",
    "kept.web.operating.naming.NameMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kept.people.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "kept.web.urls"
WSGI_APPLICATION = "kept.web.wsgi.application"
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kept.kit.pages.frame",
            ],
            "builtins": ["kept.kit.templatetags.kit"],
        },
    }
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Chinese (simplified)"))]
LOCALE_PATHS = [PACKAGE.parent / "locale"]
FORMAT_MODULE_PATH = ["kept.kit.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STORAGES = {
    "default": files_from_url(os.environ.get("KEPT_FILES_URL") or (HOME / "files").as_uri()),
    "staticfiles": {"BACKEND": "kept.web.static.HashedFiles"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 31_536_000 if not DEBUG else 0

CACHES = {"default": {"BACKEND": "kept.web.remembering.Remembering", "LOCATION": "kept_cache"}}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["kept.people.backend.Backend"]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "kept.people.signin.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
MFA_ADAPTER = "kept.people.signin.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Kept"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "kept.people.codes.CodeForm",
    "reauthenticate": "kept.people.codes.CodeAgainForm",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "kept.web.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

METRICS_TOKEN = os.environ.get("KEPT_METRICS_TOKEN", "")
FIGURES = HOME / presence.FOLDER
LOGGING_CONFIG = "kept.web.operating.logs.configure"
LOGGING = {"usual": "warning"}
