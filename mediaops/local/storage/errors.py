"""Errors of ``/storage/v1``: HTTP 400 with the real status as a string in the body.

5xx and 544 are sent as what they are, as is 413 for a JSON body that is too long.
"""

from __future__ import annotations

import psycopg
from starlette.responses import JSONResponse, Response


class StorageFailure(Exception):
    """An answer that is no result."""

    def __init__(self, status: int, error: str, message: str, code: str, *, http_status: int = 0) -> None:
        super().__init__(message)
        self.status = status
        self.http_status = http_status or (status if status >= 500 else 400)
        self.body = {"statusCode": str(status), "error": error, "message": message, "code": code}

    def response(self) -> Response:
        """What goes over the wire."""
        return JSONResponse(self.body, self.http_status, headers={"Cache-Control": "no-store"})


def bucket_exists() -> StorageFailure:
    return StorageFailure(409, "Duplicate", "The resource already exists", "BucketAlreadyExists")


def key_exists() -> StorageFailure:
    return StorageFailure(409, "Duplicate", "The resource already exists", "KeyAlreadyExists")


def resource_exists() -> StorageFailure:
    return StorageFailure(409, "Duplicate", "The resource already exists", "ResourceAlreadyExists")


def access_denied(message: str) -> StorageFailure:
    return StorageFailure(403, "Unauthorized", message, "AccessDenied")


def no_such_bucket() -> StorageFailure:
    return StorageFailure(404, "Bucket not found", "Bucket not found", "NoSuchBucket")


def no_such_key() -> StorageFailure:
    return StorageFailure(404, "not_found", "Object not found", "NoSuchKey")


def related_missing() -> StorageFailure:
    return StorageFailure(404, "InvalidRequest", "The related resource does not exist", "InvalidRequest")


def bucket_not_empty() -> StorageFailure:
    message = "The bucket you tried to delete is not empty"
    return StorageFailure(409, "ResourceNotEmpty", message, "ResourceNotEmpty")


def invalid_jwt(message: str) -> StorageFailure:
    return StorageFailure(400, "InvalidJWT", message, "InvalidJWT")


def invalid_signature() -> StorageFailure:
    return StorageFailure(400, "InvalidSignature", "Invalid signature", "InvalidSignature")


def invalid_key(key: str) -> StorageFailure:
    return StorageFailure(400, "InvalidKey", f"Invalid key: {key}", "InvalidKey")


def invalid_bucket_name() -> StorageFailure:
    return StorageFailure(400, "Invalid Input", "Bucket name invalid", "InvalidBucketName")


def invalid_mime_type(mime: str) -> StorageFailure:
    return StorageFailure(415, "invalid_mime_type", f"mime type {mime} is not supported", "InvalidMimeType")


def entity_too_large() -> StorageFailure:
    message = "The object exceeded the maximum allowed size"
    return StorageFailure(413, "Payload too large", message, "EntityTooLarge")


def body_too_large() -> StorageFailure:
    message = "Request body is too large"
    return StorageFailure(413, "Payload too large", message, "EntityTooLarge", http_status=413)


def invalid_request(message: str) -> StorageFailure:
    return StorageFailure(400, "Error", message, "InvalidRequest")


def database_timeout() -> StorageFailure:
    message = "The connection to the database timed out"
    return StorageFailure(544, "DatabaseTimeout", message, "DatabaseTimeout")


def internal(message: str) -> StorageFailure:
    return StorageFailure(500, "InternalError", message, "InternalError")


def from_database(error: psycopg.Error) -> StorageFailure:
    """What a database error means."""
    message = error.diag.message_primary or str(error)
    match error.sqlstate:
        case "42501":
            rls = "row-level security" in message
            return access_denied("new row violates row-level security policy" if rls else message)
        case "23505":
            return key_exists()
        case "23503":
            return related_missing()
        case "57014" | "55P03":
            return database_timeout()
        case "22P02" | "22021":
            return StorageFailure(400, "InvalidParameter", message, "InvalidParameter")
        case _:
            text = f"database error, code: {error.sqlstate}"
            return StorageFailure(500, "DatabaseError", text, "DatabaseError")
