"""Errors that people read: every message is one line and names what to look at, never a secret."""

from __future__ import annotations


class LoaderError(Exception):
    """Something failed; exit code 1.

    Attributes:
        exit_code: what the process ends with when nothing handles the error.
    """

    exit_code = 1


class ConfigError(LoaderError):
    """Wrong usage or configuration; exit code 2."""

    exit_code = 2


class UnreachableError(LoaderError):
    """A server is unreachable or a connection broke. The only kind of error that is tried again."""


class Interrupted(BaseException):
    """The process was asked to stop. Not an `Exception`, so that nothing carries on after it."""


class DuplicateKeyError(LoaderError):
    """The same key stands more than once in what was read."""


def one_line(text: object) -> str:
    """Fold a message of any length and shape into one line of at most 500 characters."""
    folded = " ".join(str(text).split())
    return folded if len(folded) <= 500 else folded[:497] + "..."
