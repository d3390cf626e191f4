"""Titles and file names as a team of people gives them: some careful, some straight from the phone."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from mediaops.local.sample.content import books, catalogue
from mediaops.local.sample.draw.abstract import WORDS
from mediaops.local.sample.draw.botanic import SPECIES
from mediaops.local.sample.draw.canvas import Random
from mediaops.local.sample.draw.landscape import LIGHTS

FORMS = {
    "mountains": ("Ridges", "Mountain layers", "Above the valley", "Blue ridges"),
    "sea": ("Open sea", "Horizon", "Quiet water", "The bay"),
    "dunes": ("Dunes", "Desert", "Sand lines"),
    "fields": ("Fields", "Farmland", "Patchwork country"),
    "stars": ("Milky way", "Night sky", "Stars over the hill"),
    "aurora": ("Northern lights", "Aurora", "Green sky"),
    "planet": ("Ringed planet", "Gas giant", "Giant with bands"),
    "skyline": ("Skyline", "City across the water", "Lit windows"),
    "flow": ("Flow field", "Strands", "Currents"),
    "glass": ("Stained glass", "Leaded pane"),
    "circles": ("Packed circles", "Rings and dots"),
    "blobs": ("Soft gradient", "Background, blurred", "Mesh gradient"),
    "marble": ("Marbled paper", "Endpaper"),
    "tiles": ("Tile pattern", "Geometric tiles"),
    "ridges": ("Pulse lines", "Ridgelines"),
    "shapes": ("Poster study", "Overprint", "Cut shapes"),
    "tree": ("One tree", "The old tree"),
    "seedhead": ("Sunflower", "Golden angle"),
    "contours": ("Topographic sheet", "Contour map"),
    "streets": ("Town plan", "Street map"),
    "island": ("Sea chart", "Island chart"),
    "shelf": ("Jars on the shelf", "Pantry"),
    "blocks": ("Isometric city", "Little city"),
    "portrait": ("Profile photo", "Portrait"),
}


def slug(text: str) -> str:
    """Plain lower-case words with hyphens."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")


def short(title: str) -> str:
    """An entry's title as people abbreviate it in file names."""
    head = re.split(r"[:,?]| and | that | with ", title.removeprefix("Draft: "))[0]
    return " ".join(head.split()[:5]).strip()


def title_of(r: Random, what: str, topic: str, page: int | None = None) -> str:
    """What the library calls it."""
    kind, _, rest = what.partition(":")
    told = catalogue()
    if kind == "page":
        return f"{books()[rest.split(':')[0]].title}, p. {page}"
    if kind == "chart":
        return str(told.charts[f"{topic}:{rest}"]["title"])
    if kind in ("board", "notes", "notebook"):
        head = {"board": "Whiteboard: ", "notes": "Sticky notes: ", "notebook": "Notebook: "}[kind]
        return head + str(told.boards[f"{kind}:{topic}:{rest}"]["title"])
    if kind == "quote":
        return f"Quote card, {told.quotes[f'{topic}:{rest}'][1]}"
    if kind == "books":
        return " and ".join(book.split("|")[0] for book in rest.split(";")) + ", covers"
    if kind in ("film", "sound"):
        return rest.split(":", 2)[2]
    if kind == "herbarium":
        return f"Herbarium, {SPECIES[int(rest) % len(SPECIES)][0]}"
    if kind == "table":
        return rest[0].upper() + rest[1:]
    return _of_form(r, kind, rest)


def _of_form(r: Random, kind: str, hint: str) -> str:
    name = FORMS[kind][int(r.integers(len(FORMS[kind])))]
    if hint in LIGHTS and kind in ("mountains", "sea", "dunes", "fields"):
        return f"{name} {LIGHTS[hint].words}"
    if kind == "tree":
        return f"{name}, {hint}"
    if kind in WORDS or hint in WORDS:
        return f"{name}, {WORDS[hint]}"
    return name if hint.startswith("#") else f"{name}, {hint}"


def file_name(r: Random, what: str, title: str, days_ago: float, now: datetime) -> str:
    """The name the file had on somebody's device."""
    kind = what.split(":")[0]
    taken = now - timedelta(days=days_ago, hours=float(r.uniform(0, 40)))
    style = r.random()
    if kind == "film":
        return f"{slug(title)}_1080p.mov" if style < 0.5 else f"C{int(r.integers(1, 9000)):04d}.MP4"
    if kind == "sound":
        return f"{slug(title)}.wav" if style < 0.6 else f"Recording {int(r.integers(3, 200))}.m4a"
    if kind in ("page", "notebook", "board", "notes", "table"):
        if style < 0.4:
            return f"IMG_{int(r.integers(1000, 9990))}.HEIC"
        if style < 0.6:
            return f"{taken:%Y%m%d_%H%M%S}.jpg"
        if style < 0.7:
            return f"WhatsApp Image {taken:%Y-%m-%d} at {taken:%H.%M.%S}.jpeg"
        return f"{slug(title)}.jpg"
    if style < 0.3:
        return f"{title}.png"
    if style < 0.5:
        return f"{slug(title)}_v{int(r.integers(2, 6))}.png"
    if style < 0.6:
        return f"{title} (final).png"
    return f"{slug(title)}.jpg" if style < 0.85 else f"DSC{int(r.integers(1000, 9990)):05d}.JPG"


def now() -> datetime:
    """The time of seeding; every date of the library is so many days before it."""
    return datetime.now(UTC)
