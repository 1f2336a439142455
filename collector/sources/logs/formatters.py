"""Programs that rewrite the files they are given: formatters, and linters told to mend."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Formatter:
    """How a program is told to write, by its options and its subcommand."""

    writes: frozenset[str] = frozenset()
    """Options one of which it needs to write at all; empty where it writes unless told not to."""
    looks: frozenset[str] = frozenset()
    """Options with which it only looks."""
    commands: tuple[str, ...] = ()
    """The subcommands that write, empty where there are none."""


def _formatter(writes: str = "", looks: str = "", commands: str = "") -> Formatter:
    return Formatter(frozenset(writes.split()), frozenset(looks.split()), tuple(commands.split()))


_WRITES_IN_PLACE = _formatter("-i --in-place --inplace")
_FIXES = _formatter("--fix --fix-dry-run --fix-type")
_GO = _formatter("-w")
FORMATTERS = {
    "gofmt": _GO,
    "gofumpt": _GO,
    "goimports": _GO,
    "gci": _formatter(commands="write"),
    "golines": _GO,
    "shfmt": _formatter("-w --write"),
    "prettier": _formatter("--write -w"),
    "prettierd": _formatter("--write -w"),
    "eslint": _FIXES,
    "eslint_d": _FIXES,
    "oxlint": _FIXES,
    "stylelint": _FIXES,
    "tslint": _FIXES,
    "standard": _FIXES,
    "xo": _FIXES,
    "biome": _formatter("--write --apply --apply-unsafe --fix"),
    "dprint": _formatter(commands="fmt"),
    "deno": _formatter(looks="--check", commands="fmt"),
    "black": _formatter(looks="--check --diff"),
    "isort": _formatter(looks="--check --check-only -c --diff"),
    "autopep8": _WRITES_IN_PLACE,
    "yapf": _WRITES_IN_PLACE,
    "autoflake": _WRITES_IN_PLACE,
    "docformatter": _WRITES_IN_PLACE,
    "pyupgrade": _formatter(),
    "djlint": _formatter("--reformat"),
    "sqlfluff": _formatter(commands="fix format"),
    "rustfmt": _formatter(looks="--check --emit"),
    "clang-format": _WRITES_IN_PLACE,
    "cmake-format": _WRITES_IN_PLACE,
    "swift-format": _formatter("-i --in-place"),
    "swiftformat": _formatter(looks="--lint --dryrun"),
    "swiftlint": _formatter("--fix --autocorrect"),
    "ktlint": _formatter("-F --format"),
    "ktfmt": _formatter(looks="--dry-run -n"),
    "google-java-format": _formatter("-i -r --replace"),
    "scalafmt": _formatter(looks="--test --list"),
    "rubocop": _formatter("-a -A -x --autocorrect --autocorrect-all --auto-correct --auto-correct-all"),
    "standardrb": _formatter("--fix"),
    "rufo": _formatter(looks="--check"),
    "php-cs-fixer": _formatter(looks="--dry-run", commands="fix"),
    "pint": _formatter(looks="--test"),
    "phpcbf": _formatter(),
    "terraform": _formatter(looks="-check", commands="fmt"),
    "tofu": _formatter(looks="-check", commands="fmt"),
    "zig": _formatter(looks="--check", commands="fmt"),
    "mix": _formatter(looks="--check-formatted", commands="format"),
    "dart": _formatter(looks="--output=none", commands="format fix"),
    "stylua": _formatter(looks="--check"),
    "taplo": _formatter(looks="--check", commands="format fmt"),
    "nixfmt": _formatter(looks="--check"),
    "alejandra": _formatter(looks="--check"),
    "buf": _formatter("-w --write", commands="format"),
    "markdownlint": _formatter("--fix -f"),
    "markdownlint-cli2": _formatter("--fix"),
    "dos2unix": _formatter(),
    "unix2dos": _formatter(),
}
_RUFF = {"format": _formatter(looks="--check --diff"), "check": _formatter("--fix --fix-only")}
WRITING_WORDS = {"ruff"}.union(name for name, one in FORMATTERS.items() if not one.commands)
"""Words of which one alone may be a formatter that writes."""
WRITING_COMMANDS = {name: frozenset(one.commands) for name, one in FORMATTERS.items() if one.commands}
"""Words that may be a formatter that writes where one of these other words is there, too."""
_TAKE_A_VALUE = {
    *(
        "--config",
        "-c",
        "--config-path",
        "--config-file",
        "--style",
        "--ignore-path",
        "--plugin",
        "--parser",
        "--format",
    ),
    *("-f", "--rulesdir", "--settings-path", "--settings-file", "--exclude", "--extend-exclude", "--stdin-filepath"),
    *(
        "--resolve-plugins-relative-to",
        "--cache-file",
        "--output-file",
        "-o",
        "--ignore-pattern",
        "--rcfile",
        "-local",
        "-srcdir",
    ),
}


def rewritten(name: str, arguments: Sequence[str]) -> list[str]:
    """Return the files that a formatter rewrites by these arguments, of folders none."""
    formatter = FORMATTERS.get(name)
    if name == "ruff" and arguments:
        formatter, arguments = _RUFF.get(arguments[0]), arguments[1:]
    elif formatter and formatter.commands:
        if not arguments or arguments[0] not in formatter.commands:
            return []
        arguments = arguments[1:]
    if formatter is None or not _does_write(formatter, arguments):
        return []
    return [
        one for one in _operands(formatter, arguments) if "." in one.rpartition("/")[2].strip(".") and "*" not in one
    ]


def _does_write(formatter: Formatter, arguments: Sequence[str]) -> bool:
    options = {one.partition("=")[0] for one in arguments if one.startswith("-")} | set(arguments)
    return not options & formatter.looks and (not formatter.writes or bool(options & formatter.writes))


def _operands(formatter: Formatter, arguments: Sequence[str]) -> list[str]:
    operands: list[str] = []
    before = ""
    for one in arguments:
        if not one.startswith("-") and (before not in _TAKE_A_VALUE or before in formatter.writes | formatter.looks):
            operands.append(one)
        before = one
    return operands
