"""Units, accounts, memberships and sign-in sessions."""

import sys
from importlib import import_module

if "authlib" not in sys.modules:  # Flask-Security loads it for sign-ins of its own, which we have none of (decision 010)
    sys.modules["authlib"] = None  # type: ignore[assignment]  # Python's own way to say that there is none
    try:
        import_module("flask_security")
    finally:
        del sys.modules["authlib"]
