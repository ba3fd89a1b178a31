"""Files in a bucket: STORAGE_URL = s3://KEY:SECRET@host[:port]/bucket[/prefix], with `?region=` and `?tls=`.

Any server that speaks S3. One object a key, written by one request: the server keeps it whole or not at all.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import logging
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from permis.adapters.storage import CHUNK, StorageDown, StorageFull, checked

FORM = "STORAGE_URL must read s3://KEY:SECRET@host/bucket, with ?region= and ?tls=0 or 1 at will."
ABSENT = {"NoSuchKey", "NotFound", "404"}
NO_ROOM = {
    "507",
    "QuotaExceeded",
    "InsufficientStorage",
    "XMinioStorageFull",
    "XMinioAdminBucketQuotaExceeded",
}


@dataclass(frozen=True)
class Address:
    """What STORAGE_URL says."""

    endpoint: str
    bucket: str
    prefix: str  # empty, or ends with /
    region: str
    key: str = field(repr=False)
    secret: str = field(repr=False)

    @classmethod
    def read(cls, url: str) -> Address:
        """Raises ValueError with a sentence that names no secret."""
        try:
            parts = urlsplit(url)
            port = f":{parts.port}" if parts.port else ""
            asked = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError:
            raise ValueError(FORM) from None
        bucket, _, prefix = unquote(parts.path).strip("/").partition("/")
        tls = asked.pop("tls", ["1"])[-1]
        region = asked.pop("region", ["us-east-1"])[-1]
        key, secret = unquote(parts.username or ""), unquote(parts.password or "")
        if (
            parts.scheme != "s3"
            or not (parts.hostname and bucket and key and secret and region)
            or (prefix and not _plain(prefix))
            or tls not in {"0", "1"}
            or asked
            or parts.fragment
        ):
            raise ValueError(FORM)
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        endpoint = f"{'https' if tls == '1' else 'http'}://{host}{port}"
        return cls(endpoint, bucket, f"{prefix}/" if prefix else "", region, key, secret)


def _plain(prefix: str) -> bool:
    try:
        checked(prefix)
    except ValueError:
        return False
    return True


class S3Storage:
    """Path-style addresses, signature version 4, short patience: a person may be waiting."""

    CONNECT_S = 3.0
    READ_S = 10.0
    ATTEMPTS = 2  # the first one included

    def __init__(self, url: str | None = None) -> None:
        self.address = Address.read(url or settings.STORAGE_URL)
        self._made: Any = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"S3Storage({self.address.endpoint}/{self.address.bucket}/{self.address.prefix})"

    def put(self, key: str, chunks: Iterable[bytes], *, reserve: bool = False) -> int:
        """Keeps a file, whole or not at all, safe once the server has answered. Returns its size in bytes.

        The server knows its own room and nobody else does: `reserve` changes nothing here.
        """
        name = self._name(key)
        body = b"".join(chunks)  # one request, with its length and its sum before it: at most some 21 MB
        total = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        with _said():
            answer = self._client().put_object(
                Bucket=self.address.bucket,
                Key=name,
                Body=body,
                ContentLength=len(body),
                ContentMD5=total,
                ContentType="application/octet-stream",
            )
        if not answer.get("ETag"):  # a proxy on the way that says yes to everything
            raise StorageDown("the storage does not say that it kept the file")
        return len(body)

    def get(self, key: str) -> Iterator[bytes]:
        """The file in chunks. Raises FileNotFoundError."""
        name = self._name(key)
        with _said():
            found = self._client().get_object(Bucket=self.address.bucket, Key=name)
        body = found["Body"]

        def chunks() -> Iterator[bytes]:
            try:
                while True:
                    with _said():
                        chunk: bytes = body.read(CHUNK)
                    if not chunk:
                        return
                    yield chunk
            finally:
                body.close()

        return chunks()

    def exists(self, key: str) -> bool:
        """Whether the file is there."""
        name = self._name(key)
        try:
            with _said():
                self._client().head_object(Bucket=self.address.bucket, Key=name)
        except FileNotFoundError:
            self._is_there()  # this answer has no words: a bucket that is gone would read « absent » too
            return False
        return True

    def delete(self, key: str) -> None:
        """Removes the file; one that is not there is already removed."""
        name = self._name(key)
        with contextlib.suppress(FileNotFoundError), _said():
            self._client().delete_object(Bucket=self.address.bucket, Key=name)

    def keys(self) -> Iterator[str]:
        """Every key."""
        for key, _ in self.written():
            yield key

    def written(self) -> Iterator[tuple[str, float]]:
        """Every key under our prefix, with when it was written by the server's clock."""
        with _said():
            lists = self._client().get_paginator("list_objects_v2")
            pages = iter(lists.paginate(Bucket=self.address.bucket, Prefix=self.address.prefix))
        while True:
            with _said():
                page = next(pages, None)
            if page is None:
                return
            if page.get("Name") != self.address.bucket:
                raise StorageDown("what answers is not the storage")
            for found in page.get("Contents", ()):
                yield found["Key"][len(self.address.prefix) :], found["LastModified"].timestamp()

    def tidy(self, before: float) -> int:  # the contract's
        """Nothing: a request that is cut leaves nothing that we could see."""
        return 0

    def room(self) -> float | None:
        """S3 does not say."""
        return None

    def tight(self) -> bool:
        """S3 does not say: a write that finds no room raises `StorageFull`."""
        return False

    def _name(self, key: str) -> str:
        return self.address.prefix + checked(key)

    def _is_there(self) -> None:
        try:
            with _said():
                self._client().head_bucket(Bucket=self.address.bucket)
        except FileNotFoundError:
            raise StorageDown("the bucket is not there") from None

    def _client(self) -> Any:
        with self._lock:  # several threads may ask at once, and making one is not safe
            if self._made is None:
                self._made = self._make()
            return self._made

    def _make(self) -> Any:
        # A third of a second to import: only where it is used.
        import botocore.session  # type: ignore[import-untyped]  # noqa: PLC0415
        from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415

        for name in ("botocore", "urllib3"):
            # In detail they write whole requests into the log, whatever PERMIS_LOG says of ours.
            logging.getLogger(name).setLevel(logging.ERROR)
        return botocore.session.Session().create_client(
            "s3",
            region_name=self.address.region,
            endpoint_url=self.address.endpoint,
            aws_access_key_id=self.address.key,
            aws_secret_access_key=self.address.secret,
            config=Config(
                signature_version="s3v4",
                connect_timeout=self.CONNECT_S,
                read_timeout=self.READ_S,
                retries={"total_max_attempts": self.ATTEMPTS, "mode": "standard"},
                max_pool_connections=32,
                # Sums in trailers are not understood by every server; ours is Content-MD5.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": "path", "payload_signing_enabled": True},
            ),
        )


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """What the library and the network raise, in the words of the contract; no text of theirs is passed on."""
    from botocore.exceptions import ClientError  # type: ignore[import-untyped]  # noqa: PLC0415  as in _make

    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))
        if code in ABSENT:
            raise FileNotFoundError("not in the storage") from None
        if NO_ROOM & {code, status}:
            raise StorageFull(f"the storage has no room: {code or status}") from None
        raise StorageDown(f"the storage answers {code or status}") from None
    except Exception as error:  # noqa: BLE001  its parsers and its network have a dozen families of their own
        raise StorageDown(f"the storage cannot be reached: {type(error).__name__}") from None
