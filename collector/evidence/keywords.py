"""A regular expression → words of which any match must contain one, so that most texts need no expression at all."""

import re

MIN_LENGTH = 3
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[\d,]*\}|\((?:\?(?:[:=!]|<[=!]|P<\w+>|[a-zA-Z]+:))?|.", re.S)


def keywords(pattern: str) -> tuple[str, ...] | None:
    """Lower-case words, one of which stands in every match (case ignored); None where the pattern yields no such words.

    Each alternative gives its longest run of plain characters outside groups, classes and optional parts.
    """
    if re.search(r"\(\?[a-z]*x", pattern):
        return None  # a verbose expression's spaces and comments are no words
    found = []
    for branch in _branches(pattern):
        longest = max(_runs(branch), key=len, default="")
        if len(longest) < MIN_LENGTH:
            return None
        found.append(longest.lower())
    return tuple(dict.fromkeys(found))


def _tokens(pattern: str) -> list[str]:
    return [token[0] if token.startswith("(") else token for token in _TOKEN.findall(pattern)]


def _branches(pattern: str) -> list[list[str]]:
    """The alternatives at the outermost level, as tokens; what stands in a group is one token "()"."""
    branches: list[list[str]] = [[]]
    depth = 0
    for token in _tokens(pattern):
        if token == "(":
            depth += 1
        elif token == ")":
            depth -= 1
            if depth == 0:
                branches[-1].append("()")
        elif depth == 0 and token == "|":
            branches.append([])
        elif depth == 0:
            branches[-1].append(token)
    return branches


def _runs(branch: list[str]) -> list[str]:
    runs = [""]
    for token, following in zip(branch, [*branch[1:], ""], strict=True):
        plain = token[1:] if len(token) == 2 and token[0] == "\\" and not token[1].isalnum() else token
        literal = len(plain) == 1 and (token != plain or plain not in ".^$*+?{}")
        if literal and following[:1] not in ("?", "*", "{"):
            runs[-1] += plain
        elif not (token == "\\b" and not runs[-1]):
            runs.append("")
    return runs
