"""The trash: what lies there, back again or gone for good."""

from __future__ import annotations

from mediaops.ui import look, trash_list


def page() -> None:
    look.heading("Trash", "What was deleted can be restored from here until its time is over.")
    look.said()
    trash_list.show()


page()
