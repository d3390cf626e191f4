"""Any library has exactly the orphans that it was made with, of the classes of rows and of Storage."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.integration.cleanup.conftest import forget
from tests.integration.cleanup.library import Library
from tests.integration.cleanup.random_library import random_library, settle_truth
from tests.integration.cleanup.test_classes import found
from tests.integration.database.actors import Actor, Maker

EXAMPLES = int(os.environ.get("MEDIAOPS_TEST_LIBRARIES", "15"))
# The fixtures are those of one test; each library is forgotten before the next is made.
FIXTURES_SHARED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


# Not shrunk: a library takes a second or two, and the failing one is small enough to be read.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=FIXTURES_SHARED, phases=PHASES)
@given(chance=st.randoms(use_true_random=False), size=st.integers(0, 40), portion=st.integers(1, 30))
def test_every_library_has_the_orphans_it_was_made_with(
    make: Maker,
    library: Library,
    ops: Actor,
    staff: Actor,
    scan: Callable[[int], dict[str, Any]],
    chance: random.Random,
    size: int,
    portion: int,
) -> None:
    forget(make.db)
    made = Library(make.db, library.user)
    truth = random_library(made, chance, size)
    settle_truth(made, truth)
    # However small the ranges are: they cut assets in two, and end among the names of others.
    assert scan(portion)["state"] == "done"
    assert {name: set(found(staff, name, 200)) for name in truth} == truth
    # Seen one by one or counted, they are the same, and a second look finds the same.
    scan(200)
    counted = {each["class"]: each["count"] for each in staff.call("orphan_summary")["classes"]}
    assert counted == {name: len(members) for name, members in truth.items()}
    # And a plan of everything holds them, but for what is reported only or someone else's.
    classes = ["unlinked", "expired_annotation", "abandoned_upload", "stale_rendition"]
    planned = ops.call("plan_cleanup", p_classes=classes)
    items = ops.call("run_items", p_run=planned["id"], p_limit=5000)["items"]
    assert {each["asset"] or each["path"] for each in items if each["class"] in classes[:2]} == (
        truth["unlinked"] | truth["expired_annotation"]
    )
    assert {each["path"] for each in items if each["class"] in classes[2:]} == (
        truth["abandoned_upload"] | truth["stale_rendition"]
    )
