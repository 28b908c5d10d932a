"""Trying again after connection errors, and only after those."""

from __future__ import annotations

from collections.abc import Callable

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt
from tenacity.wait import wait_exponential

from loader.errors import UnreachableError
from loader.settings import Settings


def retrying(settings: Settings, say: Callable[[str], None]) -> Retrying:
    """How often and how slowly to try again: by default after 5, 10 and 20 seconds.

    Args:
        settings: give the number of attempts and the first delay, in seconds.
        say: is told about each failure that is followed by another attempt.

    Returns:
        A controller that raises the last error when all attempts have failed.
    """

    def announce(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        delay = state.next_action.sleep if state.next_action else 0
        say(f"{error}; trying again in {delay:g} s ({state.attempt_number} of {settings.retries})")

    return Retrying(
        retry=retry_if_exception_type(UnreachableError),
        stop=stop_after_attempt(settings.retries + 1),
        wait=wait_exponential(multiplier=settings.retry_base, max=3600),
        before_sleep=announce,
        reraise=True,
    )
