from hypothesis import given
from hypothesis import strategies as st

from collector.sources.logs import patches
from collector.sources.logs.changes import Change

CODEX = """*** Begin Patch
*** Add File: new.py
+one
+*** Begin Patch
*** Update File: old.py
*** Move to: lib/old.py
@@ def f():
 context
-x = 1
-kept
+x = 2
+kept
+y = 3
 *** Update File: no header
@@
 a
+b
 c

+d
*** End of File
*** Delete File: gone.py
*** End Patch
EOF
"""
EXPECTED = [
    Change(path="new.py", operation="add", lines=("one", "*** Begin Patch")),
    Change(
        path="lib/old.py", operation="move", moved_from="old.py", lines=("x = 2", None, "y = 3", None, "b", None, "d")
    ),
    Change(path="gone.py", operation="delete"),
]


def test_codex_patch() -> None:
    assert patches.apply_patch(CODEX) == EXPECTED
    assert patches.apply_patch(CODEX.replace("\n", "\r\n")) == EXPECTED


def test_codex_patch_without_its_envelope() -> None:
    bare = CODEX.removeprefix("*** Begin Patch\n").partition("*** End Patch")[0]
    assert patches.apply_patch(bare) == EXPECTED
    assert patches.apply_patch(f"  <<'EOF'\n{CODEX}") == EXPECTED


def test_codex_patch_that_is_none() -> None:
    assert patches.apply_patch("") == []
    assert patches.apply_patch("+a\n-b\n") == []
    assert patches.apply_patch("*** Add File: \n+a\n") == []


def test_unified_diff() -> None:
    diff = "--- a/x.py\n+++ b/x.py\n@@ -1,2 +1,2 @@\n-a\n+b\n c\n\\ No newline at end of file\n@@ -9 +9,2 @@\n d\n+e\n"
    assert patches.unified_diff(diff, "x.py") == Change(path="x.py", operation="update", lines=("b", None, "e"))
    bare = diff.partition("\n@@")[2].partition("\n")[2].replace("@@ -9 +9,2 @@\n", "")
    assert patches.unified_diff(bare, "x.py").lines == ("b", None, "e")


def test_unified_diff_of_a_new_and_of_a_deleted_file() -> None:
    new = patches.unified_diff("--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n", "x")
    assert new == Change(path="x", operation="add", lines=("a",))
    gone = patches.unified_diff("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", "x")
    assert gone == Change(path="x", operation="delete")


def test_taken_away_lines_that_look_like_headers() -> None:
    sql = "@@ -1,3 +1,3 @@\n--- drop it\n+++ counter\n select 1;\n"
    assert patches.unified_diff(sql, "q.sql").lines == ("++ counter",)


GIT = """diff --git a/src/a.py b/src/a.py
index 1234567..89abcde 100644
--- a/src/a.py
+++ b/src/a.py
@@ -1,99 +1,99 @@
 keep
-old
+new
diff --git a/from.py b/to.py
similarity index 100%
rename from from.py
rename to to.py
diff --git "a/\\303\\244.py" "b/\\303\\244.py"
new file mode 100644
--- /dev/null
+++ "b/\\303\\244.py"
@@ -0,0 +1 @@
+x
diff --git a/gone.py b/gone.py
deleted file mode 100644
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-x
"""


def test_diff_of_many_files() -> None:
    assert patches.git_diff(GIT) == [
        Change(path="src/a.py", operation="update", lines=("new",)),
        Change(path="to.py", operation="move", moved_from="from.py"),
        Change(path="ä.py", operation="add", lines=("x",)),
        Change(path="gone.py", operation="delete"),
    ]


def test_diff_without_git_headers() -> None:
    plain = (
        "--- x.py\t2026-01-01\n+++ x.py\t2026-01-02\n@@ -1 +1 @@\n-a\n+b\n--- y.py\n+++ y.py\n@@ -1 +1,2 @@\n c\n+d\n"
    )
    assert patches.git_diff(plain) == [
        Change(path="x.py", operation="update", lines=("b",)),
        Change(path="y.py", operation="update", lines=("d",)),
    ]


PIECES = ["*** Begin Patch", "*** Add File: a", "*** Update File: b", "*** Move to: c", "@@", "--- a/x", "+++ b/x"]
PIECES += ["diff --git a/x b/y", "rename from x", '"', "+a", "-a", " a", "", "\\", "*** End Patch", "\r"]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5)).map("\n".join))
def test_any_text_is_borne(text: str) -> None:
    patches.apply_patch(text)
    patches.unified_diff(text, "x")
    patches.git_diff(text)
