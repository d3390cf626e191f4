"""From bytes under ``incoming/`` to an asset: look, move, look again at what can no longer change, settle.

Every step may be the last one before the power goes. Each leaves a state from which the same call, made
again by the person or by the worker's safety job, reaches the same end:

1. ``begin_upload`` writes the asset as ``processing`` and enqueues the safety job.
2. The object moves to its final path, which no ticket can write. Already moved is fine.
3. What lies at the final path is downloaded and verified; nobody can swap it any more.
4. ``finish_upload`` makes it ``ready``, or ``reject_upload`` makes it ``rejected`` and writes the paths
   into the outbox; only then the objects are removed, so a kill in between leaves them to the outbox.
"""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supabase import Client

from mediaops.client import rpc
from mediaops.errors import Conflict, MediaOpsError, Rejected
from mediaops.media.refusal import NotAcceptable
from mediaops.media.sniff import HEAD_BYTES
from mediaops.settings import Settings, get_settings
from mediaops.storage import AlreadyThere, NotThere, Stored, fetch, head, move, remove, stat
from mediaops.uploads.names import clean_name
from mediaops.uploads.verification import ALL_KINDS, KINDS, Facts, check_head, check_size, most_bytes, verify

log = logging.getLogger(__name__)
TEMPORARY_PREFIX = "mediaops-upload-"


class NotArrived(Conflict):
    """The asset waits, but its bytes are not in Storage yet; sending them with the same ticket helps."""

    code = "upload_missing"


@dataclass(frozen=True)
class Picked:
    """What the person's device says about the file it sent; ``annotate`` None leaves it to the purpose."""

    original_name: str
    original_bytes: int
    original_sha256: str
    title: str | None = None
    alt_text: str | None = None
    source_url: str | None = None
    reply_to: str | None = None
    annotate: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Completed:
    """``state`` is ``ready``, or what became of the asset since (``trashed``).

    ``refused``: the readings asked for with the upload that nobody can do, as ``{kind, error}`` with the
    error's ``{code, message, hint}``. Told once, to whoever completed it.
    """

    asset: str
    state: str
    refused: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class _Upload:
    asset: str
    state: str
    path: str
    final_path: str
    purpose: str
    original_name: str
    rejection: dict[str, str] | None


def complete(person: Client, service: Client, ticket: str, picked: Picked) -> Completed:
    """Make the asset of what was uploaded with ``ticket``; safe to repeat.

    Raises :class:`Rejected` (the object is gone then), :class:`NotArrived`, ``not_found`` (someone
    else's ticket), ``ticket_expired``, :class:`~mediaops.errors.Unavailable`.
    """
    begun: dict[str, Any] = rpc(
        person,
        "begin_upload",
        p_ticket=ticket,
        p_original_name=clean_name(picked.original_name),
        # An empty file is found out by looking at it, like everything else: then its object goes, too.
        p_original_bytes=max(1, picked.original_bytes),
        p_original_sha256=picked.original_sha256,
        p_title=picked.title,
        p_alt_text=picked.alt_text,
        p_source_url=picked.source_url,
        p_reply_to=picked.reply_to,
        p_annotate=None if picked.annotate is None else list(picked.annotate),
    )
    if begun["state"] != "processing":
        return settle(service, str(begun["asset"]))
    return _settle(service, _upload_from(begun | {"original_name": picked.original_name}))


def settle(service: Client, asset: str) -> Completed:
    """Bring an asset in ``processing`` to its end; any other state is answered as it is."""
    upload = _read(service, asset)
    return _settle(service, upload) if upload.state == "processing" else _answer(upload)


def _settle(service: Client, upload: _Upload) -> Completed:
    try:
        _place(service, upload)
        facts = _look(service, upload)
    except NotAcceptable as refused:
        return _reject(service, upload, refused.code, refused.message, refused.hint)
    except NotThere:
        # Another completion may have ended it between two of our steps.
        return _answer_or_missing(service, upload.asset)
    return _finish(service, upload, facts)


def give_up(service: Client, asset: str) -> None:
    """The bytes never came and the ticket has ended: the asset is rejected, not left waiting for ever."""
    upload = _read(service, asset)
    if upload.state == "processing":
        words = "The file never arrived in Storage."
        rpc(service, "reject_upload", p_asset=asset, p_code="never_arrived", p_message=words)


def _read(service: Client, asset: str) -> _Upload:
    return _upload_from(rpc(service, "upload_of", p_asset=asset))


def _upload_from(row: dict[str, Any]) -> _Upload:
    return _Upload(
        asset=str(row["asset"]),
        state=str(row["state"]),
        path=str(row["path"]),
        final_path=str(row["final_path"]),
        purpose=str(row["purpose"]),
        original_name=str(row.get("original_name") or ""),
        rejection=row.get("rejection"),
    )


def _answer(upload: _Upload) -> Completed:
    if upload.state == "rejected":
        why = upload.rejection or {}
        raise Rejected(
            str(why.get("message") or "This upload was refused."), code=str(why.get("code") or "rejected")
        )
    return Completed(upload.asset, upload.state)


def _answer_or_missing(service: Client, asset: str) -> Completed:
    upload = _read(service, asset)
    if upload.state == "processing":
        raise NotArrived("The file has not arrived in Storage yet.", hint="Send it again.")
    return _answer(upload)


def _place(service: Client, upload: _Upload) -> None:
    try:
        move(service, upload.path, upload.final_path)
    except NotThere:
        pass  # moved by an earlier attempt, or it never came: the look at the final path tells
    except AlreadyThere:
        # Sent once more after it was moved. What was moved counts; this one no row will ever name.
        remove(service, [upload.path])


def _look(service: Client, upload: _Upload) -> Facts:
    placed = stat(service, upload.final_path)
    if placed is None:
        raise NotThere("There is no such file in Storage.")
    settings = get_settings()
    _check_size(service, placed, upload, settings)
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX) as folder:
        copy = Path(folder) / "original"
        fetch(service, placed.path, copy, placed.size)
        with copy.open("rb") as file:
            check_head(file.read(HEAD_BYTES), upload.original_name, upload.purpose)
        return verify(copy, upload.purpose, settings)


def _check_size(service: Client, placed: Stored, upload: _Upload, settings: Settings) -> None:
    """Before anything is downloaded: 300 MB called a photo are no reason to read 300 MB."""
    kinds = KINDS.get(upload.purpose, ALL_KINDS)
    check_size(placed.size, most_bytes(settings, kinds))
    if placed.size > min(most_bytes(settings, frozenset({kind})) for kind in kinds):
        may_be = check_head(head(service, placed.path, HEAD_BYTES), upload.original_name, upload.purpose)
        check_size(placed.size, most_bytes(settings, may_be))


def _finish(service: Client, upload: _Upload, facts: Facts) -> Completed:
    done: dict[str, Any] = rpc(service, "finish_upload", p_asset=upload.asset, p_facts=facts.as_json())
    if done["state"] == "rejected":  # another completion was faster and saw it otherwise
        return _answer(_read(service, upload.asset))
    refused = tuple({"kind": each["kind"], "error": each["error"]} for each in done["refused"])
    return Completed(upload.asset, str(done["state"]), refused)


def _reject(service: Client, upload: _Upload, code: str, message: str, hint: str) -> Completed:
    done: dict[str, Any] = rpc(service, "reject_upload", p_asset=upload.asset, p_code=code, p_message=message)
    if done["state"] != "rejected":
        return Completed(upload.asset, str(done["state"]))
    try:
        remove(service, [upload.path, upload.final_path])
    except MediaOpsError as error:
        # The outbox has both paths and tries until they are gone; the person's answer doesn't wait for it.
        log.warning("objects of rejected %s are left to the outbox: %s", upload.asset, error)
    raise Rejected(message, code=code, hint=hint)
