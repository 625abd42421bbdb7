"""MONAI Label's web application, closed to the pages that a browser on the same machine happens to show.

As it comes, it tells browsers that every page of the internet may read its answers, and its own setting for that
(``MONAI_LABEL_CORS_ORIGINS``) keeps this version from starting.
"""

from __future__ import annotations

import os

from fastapi.middleware.cors import CORSMiddleware
from monailabel.app import app
from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["OwnPagesOnly", "app"]

#: Names by which the server may be called, separated by commas; set by the command that starts it.
_HOSTS = "COARSE_LABEL_HOSTS"


class OwnPagesOnly:
    """Refuses what a page from elsewhere makes a browser send; programs such as 3D Slicer name no origin.

    Args:
        wrapped: application that gets all other requests.
    """

    def __init__(self, wrapped: ASGIApp) -> None:
        self.wrapped = wrapped

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            if origin is not None and origin.partition("://")[2] != headers.get("host"):
                refusal = PlainTextResponse(f"a page of {origin} may not use this server", status_code=403)
                await refusal(scope, receive, send)
                return
        await self.wrapped(scope, receive, send)


app.user_middleware[:] = [middleware for middleware in app.user_middleware if middleware.cls is not CORSMiddleware]
app.add_middleware(OwnPagesOnly)
app.add_middleware(TrustedHostMiddleware, allowed_hosts=os.environ.get(_HOSTS, "127.0.0.1,localhost").split(","))
