"""The fixtures of the tests of reporting."""

from tests.runtime.view_database import view_database

__all__ = ["view_database"]
