"""What the documents say is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import AliasChoices

from mediaops.settings import ROOT, Settings

README = (ROOT / "README.md").read_text()
UNDER_HAND = {"mediaops_embedded"}  # set by the entry points


def row(name: str) -> str:
    """A setting as README's table has it."""
    field = Settings.model_fields[name]
    alias = field.validation_alias
    names = [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [name.upper()]
    default = field.default
    if isinstance(default, Path):
        shown = f"`{default.relative_to(ROOT)}`"
    elif isinstance(default, bool):
        shown = f"`{str(default).lower()}`"
    else:
        shown = f"`{default}`" if default != "" else ""
    return f"| {' or '.join(f'`{each}`' for each in names)} | {shown} | {field.description} |"


def test_the_readme_lists_every_setting_with_its_default_and_meaning() -> None:
    expected = [row(name) for name in Settings.model_fields if name not in UNDER_HAND]
    table = README.split("## Settings")[1].split("\n## ")[0]

    assert [line for line in table.splitlines() if line.startswith("| `")] == expected


def test_every_file_that_the_documents_point_to_is_there() -> None:
    documents = [ROOT / "README.md", ROOT / "frontend" / "README.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text())
        if not (document.parent / target).exists()
    ]

    assert broken == []
