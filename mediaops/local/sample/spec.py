"""What is to be made, before it is made: every object of the sample library as data."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Literal

import numpy as np

SEED = 1854
NAMESPACE = uuid.UUID("6f6d6564-6961-4f70-8073-616d706c6521")

Role = Literal["asset", "broken", "rejected", "abandoned", "ghost", "stale", "leftover"]
"""asset: as it should be. broken: its object is missing. rejected: refused at upload. abandoned: sent, never
completed. ghost: an object no row knows. stale: renditions whose asset is gone. leftover: a rendition that
its living asset no longer has."""

FOREIGN = {"ghost/7": "exports/contact-sheet-spring.webp", "ghost/8": "tmp/upload-test/IMG_0001.webp"}
"""Ghosts that lie where none of our objects would."""


def uid(*parts: str) -> str:
    """The same id for the same words, on every machine."""
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))


def random_of(*parts: str | int) -> np.random.Generator:
    """A generator of its own for each thing, so that one more thing changes no other."""
    words = "/".join(str(part) for part in (SEED, *parts))
    return np.random.default_rng(uuid.uuid5(NAMESPACE, words).int & (2**64 - 1))


@dataclass(frozen=True)
class Spec:
    """One file of the library. ``what`` names the drawing ("mountains:dawn"), or another file's key."""

    key: str
    what: str
    topic: str
    width: int
    height: int
    title: str
    original_name: str
    uploader: str
    created_days_ago: float
    role: Role = "asset"
    purpose: str = "library"
    alt: str | None = None
    trashed_days_ago: float | None = None
    expires_days_ago: float | None = None
    reply_to: str | None = None
    reading: str | None = None
    refusal: tuple[str, str] | None = None

    @property
    def id(self) -> str:
        return uid("asset", self.key)

    @property
    def folder(self) -> str:
        return f"{self.id[:2]}/{self.id}"


@dataclass(frozen=True)
class LinkSpec:
    """A use of an asset; ``position`` None: after what is there already."""

    knowledge: str
    asset: str
    placement: str
    carousel: str | None
    position: int | None
    by: str
    days_ago: float

    @property
    def id(self) -> str:
        return uid("link", self.knowledge, self.asset, self.placement)


@dataclass(frozen=True)
class KnowledgeSpec:
    """An entry of the product."""

    id: str
    title: str
    url: str
    excerpt: str
    days_ago: float


@dataclass(frozen=True)
class Chunk:
    """What is written in one transaction."""

    name: str
    knowledge: tuple[KnowledgeSpec, ...]
    files: tuple[Spec, ...]
    links: tuple[LinkSpec, ...]


@dataclass(frozen=True)
class Person:
    """Someone who uploads. ``role`` None: of the product, not of the team."""

    key: str
    name: str
    email: str
    role: str | None


PEOPLE = (
    Person("staff", "Nora Lindqvist", "staff@demo.local", "staff"),
    Person("moderator", "Tomás Herrera", "moderator@demo.local", "moderator"),
    Person("ops", "Ayumi Sato", "ops@demo.local", "ops"),
    Person("mara", "Mara Okafor", "mara.okafor@demo.local", "staff"),
    Person("jonas", "Jonas Weber", "jonas.weber@demo.local", "staff"),
    Person("priya", "Priya Raman", "priya.raman@demo.local", "moderator"),
    Person("elif", "Elif Kaya", "elif.kaya@demo.local", "staff"),
    Person("silas", "Silas Brandt", "silas.brandt@readers.example", None),
    Person("ines", "Inês Duarte", "ines.duarte@readers.example", None),
    Person("hugo", "Hugo Marchetti", "hugo.marchetti@readers.example", None),
)
TEAM = tuple(person.key for person in PEOPLE if person.role)
