"""The one settings file: everything that changes between installations comes from the environment."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from permis.adapters.storage import adapter_for
from permis.database import urls as database_urls
from permis.design import skins
from permis.vault import keys

BASE_DIR = Path(__file__).resolve().parent.parent
env = os.environ.get

# ── The installation ────────────────────────────────────────────────────────────────────────────────────
PERMIS_DATA = Path(env("PERMIS_DATA") or BASE_DIR / "data").absolute()
_mode_file = PERMIS_DATA / "mode"
_kept_mode = _mode_file.read_text("ascii").strip() if _mode_file.exists() else None
PERMIS_MODE = env("PERMIS_MODE") or _kept_mode or "demo"
if PERMIS_MODE not in {"demo", "production"}:
    raise ImproperlyConfigured("PERMIS_MODE is demo or production.")
if _kept_mode and _kept_mode != PERMIS_MODE:
    raise ImproperlyConfigured(
        f"This data folder belongs to the {_kept_mode} mode: choose another PERMIS_DATA."
    )
DEMO = PERMIS_MODE == "demo"
PERMIS_OPERATOR = env("PERMIS_OPERATOR", "")
PERMIS_SKIN = env("PERMIS_SKIN") or "neutral"  # dsfr: the State's, for an entitled operator (docs/skins.md)
if _unworn := skins.wrong(PERMIS_SKIN):
    raise ImproperlyConfigured(_unworn)
PERMIS_KEYRING = keys.load(env("PERMIS_KEYS"), PERMIS_DATA / "keys.json", make=DEMO)
HOST = env("HOST") or "127.0.0.1"
PORT = int(env("PORT") or "8000")
PERMIS_URL = (env("PERMIS_URL") or f"http://{HOST}:{PORT}").rstrip("/")
PERMIS_JOURNEY = "permis.journey"

SECRET_KEY = PERMIS_KEYRING.secret
DEBUG = False
ALLOWED_HOSTS = ["*"] if DEMO else [urlsplit(PERMIS_URL).hostname or ""]
HTTPS = PERMIS_URL.startswith("https://")

# ── The road, in order; tests keep this list, config/urls.py and the import contract equal ─────────────────
STAGES = [
    "permis.accounts",
    "permis.dossier",
    "permis.checklist",
    "permis.form",
    "permis.evidence",
    "permis.submission",
    "permis.instruction",
    "permis.production",
    "permis.delivery",
    "permis.tracking",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "permis.design",
    "permis.questions",
    "permis.notices",
    *STAGES,
    "permis.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "permis.design.headers.SmallPages",
    "permis.design.headers.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "permis.accounts.session.Renewal",
    "django.contrib.messages.middleware.MessageMiddleware",
    "permis.dossier.looks.LookMiddleware",
    "permis.evidence.outage.StorageOutage",
    "permis.design.headers.NoEmptyPage",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "permis.design.context.site",
            ],
            "builtins": ["permis.design.templatetags.tp"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# ── Data ────────────────────────────────────────────────────────────────────────────────────────────────
DATABASE_URL = env("DATABASE_URL", "")
if DATABASE_URL:
    DATABASES = {"default": database_urls.parse(DATABASE_URL)}
else:
    DATABASES = {"default": database_urls.sqlite(PERMIS_DATA / "telepermis.sqlite3")}
if DATABASES["default"]["ENGINE"] == "permis.database.sqlite":
    _main = Path(DATABASES["default"]["NAME"])
    # Sessions, cache and throttles: a second file, not synced to the disk, without the fair lock.
    DATABASES["volatile"] = database_urls.sqlite(
        _main.with_name("volatile.sqlite3"), fair=False, durable=False
    )
DATABASE_ROUTERS = ["permis.database.router.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env("CACHE_URL", "")
if CACHE_URL.startswith(("redis://", "rediss://")):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}}
else:
    # Files shared by the processes of one machine; many machines need CACHE_URL.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(PERMIS_DATA / "cache"),
            "OPTIONS": {"MAX_ENTRIES": 100_000},  # counters of throttles must not be culled
        }
    }
QUEUE_URL = env("QUEUE_URL") or f"sqlite://{PERMIS_DATA / 'queue.sqlite3'}"
STORAGE_URL = env("STORAGE_URL") or f"file://{PERMIS_DATA / 'files'}"
# What must stay free of the disk of the files. A demonstration must also run on a nearly full laptop.
PERMIS_ROOM = env("PERMIS_ROOM") or ("256M" if DEMO else "10%")
# Who reads the documents that are given (permis/evidence/reading.py): a small machine may leave one out.
PERMIS_READERS = tuple(env("PERMIS_READERS", "2ddoc mrz portrait signed_paper").split())
EMAIL_URL = env("EMAIL_URL", "")
CLAMD_URL = env("CLAMD_URL", "")  # none: the embedded rules answer
PERMIS_STAMPS_URL = env("PERMIS_STAMPS_URL", "")  # docs/contracts/stamps.openapi.json
PERMIS_REGISTRY_URL = env("PERMIS_REGISTRY_URL", "")  # docs/contracts/registry.openapi.json

# Adapters to the outside world: a dotted name each. The demo ones keep their state under outside/.
ADAPTERS = {
    "mail": "permis.adapters.mail.smtp.Smtp" if EMAIL_URL else "permis.adapters.mail.demo.DemoMail",
    "sms": "permis.adapters.sms.demo.DemoSms",
    "plant": "permis.adapters.plant.demo.DemoPlant",
    "post": "permis.adapters.post.demo.DemoPost",
    "storage": adapter_for(STORAGE_URL, PERMIS_ROOM),
    "antivirus": "permis.adapters.antivirus.clamd.Clamd"
    if CLAMD_URL
    else "permis.adapters.antivirus.embedded.EmbeddedAntivirus",
    "stamps": "permis.adapters.stamps.http.HttpStamps"
    if PERMIS_STAMPS_URL
    else "permis.adapters.stamps.demo.DemoStamps",
    "registry": "permis.adapters.registry.http.HttpRegistry"
    if PERMIS_REGISTRY_URL
    else "permis.adapters.registry.demo.DemoRegistry",
}
MAIL_FROM = env("PERMIS_MAIL_FROM", "Télépermis <ne-pas-repondre@telepermis.invalid>")

# ── People ──────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["permis.accounts.backend.MailOrPhone"]
PASSWORD_HASHERS = ["permis.accounts.hashers.Argon2Owasp", "django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 2 * 3600  # after the last visit: permis/accounts/session.py renews it
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "permis.form.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PERMIS_URL] if HTTPS else []
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# ── The web ─────────────────────────────────────────────────────────────────────────────────────────────
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
# An upload stays in memory up to its limit and is sealed before it touches a disk.
FILE_UPLOAD_HANDLERS = ["permis.evidence.memory.InMemoryOnly"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400
DATA_UPLOAD_MAX_NUMBER_FILES = 1

LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = PERMIS_DATA / "static"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "permis.design.finders.StateFiles",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.InMemoryStorage"
    },  # unused: files go through adapters/storage
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# No personal data in logs: codes, classes and references only.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"no_keys": {"()": "permis.accounts.logs.NoKeys"}},  # a warning or an error names the path
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_keys"]}},
    "root": {"handlers": ["stderr"], "level": env("PERMIS_LOG", "WARNING")},
    "loggers": {"django.request": {"level": "ERROR"}, "huey": {"level": "WARNING"}},
}

# ── What production refuses to start with ───────────────────────────────────────────────────────────────
if not DEMO:
    _wrong = [f"the {name} adapter is the demo's" for name, path in ADAPTERS.items() if ".demo." in path]
    if not PERMIS_OPERATOR:
        _wrong.append("PERMIS_OPERATOR (the name shown to the public) is not set")
    if not HTTPS:
        _wrong.append("PERMIS_URL must begin with https://")
    if _wrong:
        raise ImproperlyConfigured(
            "Production does not start: " + "; ".join(_wrong) + ". See docs/operate.md."
        )
