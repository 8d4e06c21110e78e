"""Django's settings: few, fixed, the same for every vault.

Nothing is read from the environment.  There is no database, no session of Django's and no message
store; what a page shows comes from the vault opened for the request (``doors.py``, ``house.py``).
The secret key signs nothing that outlives the process.
"""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent


def static_mark(folder: Path) -> str:
    """Twelve letters that change with any file under ``folder``.

    They stand in the address of the style sheet and fonts, which may therefore be kept for ever.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


DEBUG = False
SECRET_KEY = secrets.token_urlsafe(48)
# The browser must have asked for this machine by one of its own names: a page of another site whose
# name was pointed at 127.0.0.1 (DNS rebinding) asks for that other name.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
ROOT_URLCONF = "candlemark.web.urls"
APPEND_SLASH = False
INSTALLED_APPS = ["candlemark.web.apps.CandlemarkWeb"]
DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

MIDDLEWARE = [
    "candlemark.web.squeezing.Squeezing",
    "candlemark.web.tongue.InTheReadersTongue",
    "candlemark.web.guard.Guard",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "candlemark.web.threshold.Threshold",
]

# What is sent stays in memory: no handler that writes a file is there, and the one that keeps a
# file in memory takes every size that is let in.
LARGEST_FORM: Final = 2 * 1024 * 1024
LARGEST_UPLOAD: Final = 32 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_UPLOAD
DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_FORM
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

STATIC_ROOT = str(HERE / "static" / "candlemark")
STATIC_URL = f"/static/{static_mark(HERE / 'static' / 'candlemark')}/"
WHITENOISE_MAX_AGE = 31_536_000
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = False
WHITENOISE_AUTOREFRESH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [str(HERE / "jinja2")],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "candlemark.web.jinja.environment"},
    }
]

USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("az", "Azərbaycanca"),
    ("ru", "Русский"),
    ("fa", "فارسی"),
    ("tr", "Türkçe"),
]
LOCALE_PATHS = [str(HERE / "locale")]

# Django and waitress name the address of what they refuse or what breaks.  A level above every
# other makes them silent: no record of it is even made.  What ``guard`` says about a fault of the
# program names a line of code and no address.
_SILENT: Final = 100
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"django": {"level": _SILENT}, "waitress": {"level": _SILENT}},
}
