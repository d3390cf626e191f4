"""Policies: how long each class is left alone, how long it lies in the trash, and who cleans it up."""

from __future__ import annotations

from html import escape
from typing import Any, Final

import streamlit as st

from mediaops.cleanup import plans
from mediaops.cleanup.models import Policy, PolicyChange
from mediaops.errors import Conflict
from mediaops.ui import cleanup_words, look, orphan_words, viewer, words
from mediaops.ui.listing import card
from mediaops.ui.together import both

HISTORY_LINES: Final = 30
_DRAFT: Final = "_policy-draft"


def listing() -> None:
    """One row for each class, and who changed what."""
    client = viewer.client()
    policies, changes = both(
        lambda: plans.policies(client), lambda: plans.policy_history(client, None, HISTORY_LINES)
    )
    for policy in policies:
        _row(policy)
    st.subheader("History", anchor=False)
    if changes:
        rows = "".join(f"<li>{_change(change)}</li>" for change in changes)
        st.html(f'<ul class="mo-history">{rows}</ul>')
    else:
        st.html('<p class="mo-subtle">Nobody has changed a policy yet: these are the ones it came with.</p>')


def _row(policy: Policy) -> None:
    name = policy["class"]
    with card(f"mo-policy-{name}"):
        st.html(
            f'<div class="mo-policy"><b>{escape(orphan_words.NAMES[name])}</b>'
            f"<small>{escape(orphan_words.MEANINGS[name])}</small>"
            f"<small>{escape(_terms(name, policy))}</small></div>",
            width="stretch",
        )
        tone: look.Tone = "accent" if policy["mode"] == "automatic" else "plain"
        st.html(look.badge(cleanup_words.MODES[policy["mode"]], tone), width="content")
        if st.button("Change", key=f"policy-{name}", width="content"):
            _open(policy)


def _terms(class_: str, terms: Any) -> str:
    """``Left alone for 30 days, then 30 days in the trash``."""
    grace = float(terms["grace_days"])
    told = f"Left alone for {cleanup_words.days(grace)}" if grace else "Due at once"
    if class_ in cleanup_words.TRASHABLE:
        stay = float(terms["retention_days"])
        told += f", then {cleanup_words.days(stay)} in the trash" if stay else ", then due for purge at once"
    return told


def _change(change: PolicyChange) -> str:
    class_ = str(change["class"])

    def terms(side: dict[str, Any]) -> str:
        return f"{_terms(class_, side)} ({cleanup_words.MODES[side['mode']].lower()})"

    return (
        f"<b>{escape(change['actor_name'] or 'Someone who left')}</b> changed "
        f"{escape(orphan_words.NAMES[class_])}: "
        f"<small>{escape(terms(change['before']))} → {escape(terms(change['after']))}</small><br>"
        f"<time>{escape(words.when(change['at'], st.context.timezone))}</time>"
    )


def _open(policy: Policy) -> None:
    st.session_state[_DRAFT] = {"version": policy["version"], "problem": ""}
    for field in ("grace", "retention", "mode"):
        st.session_state.pop(f"policy-{field}", None)
    dialog(policy)


@st.dialog("Change a policy", icon=":material/policy:", on_dismiss="rerun")
@viewer.part
def dialog(policy: Policy) -> None:
    """``policy`` as it was when the dialog opened; who saves over a newer one sees that first."""
    name = policy["class"]
    draft: dict[str, str] = st.session_state[_DRAFT]
    st.write(f"**{orphan_words.NAMES[name]}**: {orphan_words.MEANINGS[name]}")
    with st.container():
        if draft["problem"]:
            _stale(policy, draft)
    grace = st.number_input(
        "Left alone for, in days",
        0.0,
        3650.0,
        policy["grace_days"],
        step=1.0,
        format="%g",
        key="policy-grace",
    )
    retention = policy["retention_days"]
    if name in cleanup_words.TRASHABLE:
        retention = st.number_input(
            "Then in the trash for, in days",
            0.0,
            3650.0,
            retention,
            step=1.0,
            format="%g",
            key="policy-retention",
        )
    modes = [
        mode
        for mode in cleanup_words.MODES
        if mode != "automatic" or name not in ("duplicate", "broken_asset")
    ]
    mode = st.radio(
        "Who cleans up",
        modes,
        index=modes.index(policy["mode"]),
        key="policy-mode",
        format_func=lambda each: cleanup_words.MODES[each],
        captions=[cleanup_words.MODE_MEANINGS[each] for each in modes],
    )
    if mode == "automatic" and grace == 0:
        st.warning(
            "With no grace, whatever is of this class at night is cleaned up that night.",
            icon=":material/warning:",
        )
    if st.button("Save", type="primary", icon=":material/check:", key="policy-save"):
        try:
            plans.set_policy(
                viewer.client(),
                name,
                grace_days=grace,
                retention_days=retention,
                mode=mode,
                version=draft["version"],
            )
        except Conflict as error:
            draft["problem"] = error.message
            st.rerun(scope="fragment")
        st.session_state["_said"] = f"The policy for {orphan_words.NAMES[name]} is changed."
        st.rerun(scope="app")


def _stale(policy: Policy, draft: dict[str, str]) -> None:
    """Someone else was faster: what it is now, what is typed stays, the person decides."""
    now = next(each for each in plans.policies(viewer.client()) if each["class"] == policy["class"])
    st.warning(look.plain(f"Not saved: {draft['problem']}"), icon=":material/edit_off:")
    look.facts(
        [
            (
                "When you opened it",
                f"{_terms(policy['class'], policy)}; {cleanup_words.MODES[policy['mode']].lower()}",
            ),
            ("Now", f"{_terms(now['class'], now)}; {cleanup_words.MODES[now['mode']].lower()}"),
        ]
    )
    with st.container(horizontal=True, gap="small"):
        if st.button("Keep mine, then save", key="policy-mine"):
            draft.update(version=now["version"], problem="")
            st.rerun(scope="fragment")
        if st.button("Take theirs", key="policy-theirs"):
            st.rerun(scope="app")
