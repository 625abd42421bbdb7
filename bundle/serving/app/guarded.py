"""MONAI Label's web application, closed to the pages that a browser on the same machine happens to show.

As it comes, it tells browsers that every page of the internet may read its answers, and its own setting for that
(``MONAI_LABEL_CORS_ORIGINS``) keeps this version from starting.
"""

from __future__ import annotations

import functools
import inspect
import json
import os
from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

from fastapi import HTTPException
from fastapi.middleware.cors import CORSMiddleware
from lib.safe_requests import UnsafeRequestError, is_plain_name, refuse_no_object, refuse_unsafe
from monailabel.app import app
from monailabel.endpoints import datastore, infer
from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["OwnPagesOnly", "SafeRequestsOnly", "app"]

#: Names by which the server may be called, separated by commas; set by the command that starts it.
_HOSTS = "COARSE_LABEL_HOSTS"
#: Items of an address that name something on the server.
_NAMES = ("image", "label", "id", "tag", "session_id")
#: Bytes that the options of a request may have.
_MOST = 1 << 20
#: Functions of MONAI Label that read a field of a form as JSON, and the field.
_READERS = (
    (infer, "run_inference", "params"),
    (datastore, "add_image", "params"),
    (datastore, "save_label", "params"),
    (datastore, "update_image_info", "info"),
    (datastore, "update_label_info", "info"),
)


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


class SafeRequestsOnly:
    """Refuses names that are paths, and JSON with options that :func:`refuse_unsafe` does.

    The options of an inference come in a form: that they are a JSON object is checked where MONAI Label reads them, and
    what they hold by the app.

    Args:
        wrapped: application that gets all other requests.
    """

    def __init__(self, wrapped: ASGIApp) -> None:
        self.wrapped = wrapped

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.wrapped(scope, receive, send)
            return
        try:
            for name, value in parse_qsl(scope["query_string"].decode("latin-1")):
                if name in _NAMES and not is_plain_name(value):
                    raise UnsafeRequestError(f"{name} is {value!r}; expected a name without / and \\")
            kind = Headers(scope=scope).get("content-type", "").lower()
            if scope["method"] in ("POST", "PUT") and not kind.startswith("multipart/form-data"):
                receive = await _checked_body(receive)
        except UnsafeRequestError as error:
            await JSONResponse({"detail": str(error)}, status_code=400)(scope, receive, send)
            return
        await self.wrapped(scope, receive, send)


async def _checked_body(receive: Receive) -> Receive:
    """Read what is sent, and give it again unless it is unsafe."""
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _MOST:
            raise UnsafeRequestError(f"the options of the request have more than {_MOST} bytes")
    try:
        refuse_unsafe(json.loads(bytes(body)))
    except UnsafeRequestError:
        raise
    except ValueError:  # no JSON, which the application refuses
        pass
    pending: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


def _check_field(module: ModuleType, reader: str, field: str) -> None:
    """Let a function of MONAI Label refuse what is no JSON object; it would end as "Internal Server Error"."""
    function: Callable[..., Any] = getattr(module, reader)
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            refuse_no_object(field, signature.bind(*args, **kwargs).arguments.get(field))
        except UnsafeRequestError as error:
            raise HTTPException(400, str(error)) from error
        return function(*args, **kwargs)

    setattr(module, reader, checked)


for place in _READERS:
    _check_field(*place)
app.user_middleware[:] = [middleware for middleware in app.user_middleware if middleware.cls is not CORSMiddleware]
app.add_middleware(SafeRequestsOnly)
app.add_middleware(OwnPagesOnly)
app.add_middleware(TrustedHostMiddleware, allowed_hosts=os.environ.get(_HOSTS, "127.0.0.1,localhost").split(","))
