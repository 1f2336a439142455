"""What there is to see before there is anything to see: the next step, in the exact words to type."""

import shlex
from pathlib import Path

import streamlit as st

from collector.store.snapshots import current

LOOK_AGAIN_SECONDS = 3


def show(store: Path) -> None:
    """Say how to fill the store, and open the dashboard by itself as soon as that is done."""
    st.title("How much of the engineering is done by AI?", anchor=False)
    if (store / "ledger.duckdb").exists():
        st.info("The first collection is still running, or it was stopped. This page opens when it is published.")
    else:
        st.info("Nothing has been collected yet.")
    _steps(store)
    _wait(store)


def show_without_commits(store: Path) -> None:
    """Say how to add repositories to a store that has none with commits on its default branch."""
    st.title("How much of the engineering is done by AI?", anchor=False)
    st.info("The store holds no commit on a default branch yet.")
    _steps(store)


def show_unusable(message: str) -> None:
    """Say why the store can't be opened; the message names the next step."""
    st.title("The store cannot be opened", anchor=False)
    st.error("This is what is wrong, and what to do:")
    st.code(message, language=None, wrap_lines=True)


def _steps(store: Path) -> None:
    where = f" --store {shlex.quote(str(store))}"
    st.markdown("**Collect a repository of yours.** Nothing is written into it, and nothing leaves this machine.")
    st.code(f"barograph collect{where} PATH/TO/REPOSITORY", language=None)
    st.markdown("**Or look around first,** with five made-up repositories whose truth is known:")
    st.code("barograph demo", language=None)


@st.fragment(run_every=LOOK_AGAIN_SECONDS)
def _wait(store: Path) -> None:
    if current(store) is not None:
        st.rerun(scope="app")
