"""What a client is told when a request fails."""

from __future__ import annotations

from fastapi import HTTPException

__all__ = ["tell_client"]

# of a bundle's own package, which is imported anew for each request: only the names stay the same
_USER_ERRORS = ("DataError", "SettingError")


def tell_client(error: Exception, what: str) -> HTTPException:
    """An error that carries its message to the client; MONAI Label would only say "Internal Server Error".

    Args:
        error: that was raised; of the errors behind it the deepest one for the user is told, if there is one.
        what: was asked for.

    Returns:
        Status 400 for what a user can mend, else 500.
    """
    told: BaseException = error
    mendable = False
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        if type(cause).__name__ in _USER_ERRORS:
            told, mendable = cause, True
        cause = cause.__cause__ or cause.__context__
    message = str(told) if mendable else f"{type(told).__name__}: {told}"
    return HTTPException(status_code=400 if mendable else 500, detail=f"{what}: {message}")
