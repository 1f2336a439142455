"""Believable code in five languages: files that are born, grow, are edited and shrink, line by line.

Nothing here is meant to run. It has the shape of real work: short functions, heavy-tailed sizes, repeated idioms. Sizes
are drawn from tables, since logarithms and exponentials may differ in the last digit between machines.
"""

from collections.abc import Callable
from random import Random

NOUNS = tuple(
    """
    altitude airspace barograph beacon calibration checkpoint climb course declaration drift fix flight
    frame gate glide gust handicap launch leg logger airfield manifest marker pilot polar pressure radio
    reading recorder ridge route runway sample segment sensor session sink squawk station task thermal
    ticket tow trace track turnpoint vario waypoint weather wind winch
    """.split()  # noqa: SIM905 - a list of sixty strings hides the words
)
VERBS = tuple(
    """
    align apply archive assign average build cache check clamp close collect compute correct decode derive
    drop encode estimate export fetch filter find fold group import index join limit load locate map match
    measure merge normalise open parse pick plan project publish read rebuild record reduce register reject
    release render replay resolve resume round route sample schedule score select send shift smooth sort
    split stage store sum sync trim update validate verify watch weigh write
    """.split()  # noqa: SIM905 - a list of sixty strings hides the words
)
ADJECTIVES = tuple(
    """
    active broken closest current daily empty final first last local longest nightly pending raw recent safe
    slow stale
    """.split()  # noqa: SIM905 - a list of sixty strings hides the words
)

PYTHON_BODY = (
    "    if not {n}s:", "        return {d}", "    {n} = {n}s[{k}]", "    for {n} in {n}s:",
    "        if {n}.{m} is None:", "            continue", "        total += {n}.{m} * {k}",
    "    total = {k}", "    {m} = {v}_{m}({n}s, limit={k})", "    log.debug(\"%s {n}s after {v}\", len({n}s))",
    "    return sorted({n}s, key=lambda {n}: {n}.{m})", "    {n}_by_{m} = {{one.{m}: one for one in {n}s}}",
    "    with store.transaction() as batch:", "        batch.add({n}.{m})",
    "    if {n}.{m} > {k}:", "        raise {N}Error(f\"{{{n}.{m}}} is beyond {k}\")",
    "    return [{v}_{n}(one) for one in {n}s if one.{m}]", "    assert {n}s == {v}_{n}s({n}s)",
)  # fmt: skip
TYPESCRIPT_BODY = (
    "  const {n} = {n}s[{k}]", "  if (!{n}) return {d2}", "  for (const {n} of {n}s) {{", "    total += {n}.{m} * {k}",
    "  }}", "  let total = {k}", "  const {m} = await {v}{M}({n}s)", "  set{N}({{ ...{n}, {m}: {k} }})",
    "  return {n}s.filter((one) => one.{m} > {k})", "  const {m}s = new Map({n}s.map((one) => [one.{m}, one]))",
    "  expect({v}{N}([])).toEqual({d2})", "  logger.debug(`{v} ${{{n}s.length}} {n}s`)",
)  # fmt: skip
GO_BODY = (
    "\tif len({n}s) == 0 {{", "\t\treturn nil, err{N}{M}", "\t}}", "\tfor _, {n} := range {n}s {{",
    "\t\ttotal += {n}.{M} * {k}", "\t{m}, err := s.{v}{M}(ctx, {n}s)", "\tif err != nil {{",
    "\t\treturn nil, fmt.Errorf(\"{v} {n}: %w\", err)", "\ttotal := {k}", "\ts.mu.Lock()", "\tdefer s.mu.Unlock()",
    "\t{n}s = append({n}s, {n})", "\tt.Logf(\"%d {n}s\", len({n}s))",
)  # fmt: skip
SQL_BODY = (
    "    select {n}_id, {m}, count(*) as {n}_count", "    from {n}s", "    where {m} > {k}", "    group by all",
    "    left join {m}s using ({n}_id)", "    order by {m} desc", "    and {m}_at >= current_date - {k}",
    "    coalesce(sum({m}), 0) as {m}_total,",
    "    qualify row_number() over (partition by {n}_id order by {m}_at) = 1",
)  # fmt: skip
MARKDOWN_BODY = (
    "To {v} a {n}, open the {m} page and choose the {a} one.", "- {v} the {n} before the {m}", "",
    "A {a} {n} is kept for {k} days and then goes with its {m}.", "1. Check the {m}.", "2. {V} every {a} {n}.",
    "> The {n} of a {m} is never shown to others.", "| {n} | {m} | {k} |", "See also the chapter on the {a} {m}.",
)  # fmt: skip

HEADS: dict[str, tuple[str, tuple[str, ...], str]] = {
    ".py": ("def {v}_{n}s({n}s: list[{N}], {m}: int = {k}) -> list[{N}]:", PYTHON_BODY, "    return {n}s"),
    ".ts": ("export function {v}{N}s({n}s: {N}[], {m} = {k}): {N}[] {{", TYPESCRIPT_BODY, "  return {n}s\n}}"),
    ".tsx": (
        "export function {N}{M}({{ {n}s, {m} }}: {N}Props) {{",
        TYPESCRIPT_BODY,
        "  return <{M}List {n}s={{{n}s}} />\n}}",
    ),
    ".go": (
        "func (s *{M}Store) {V}{N}s(ctx context.Context, {n}s []{N}) ([]{N}, error) {{",
        GO_BODY,
        "\treturn {n}s, nil\n}}",
    ),
    ".sql": ("with {a}_{n}s as (", SQL_BODY, ")\nselect * from {a}_{n}s"),
    ".md": ("## How to {v} the {a} {n}", MARKDOWN_BODY, ""),
}
FIRST_LINES = {
    ".py": '"""{V}s {n}s for the {m} page."""\n\nimport logging\n\nlog = logging.getLogger(__name__)\n',
    ".ts": "import {{ {N} }} from './{n}'\nimport {{ logger }} from '../log'\n",
    ".tsx": "import {{ use{N} }} from '../hooks/{n}'\nimport './{n}.css'\n",
    ".go": 'package {n}\n\nimport (\n\t"context"\n\t"fmt"\n)\n',
    ".sql": "-- One row per {n}: its {m}.\n",
    ".md": "# The {a} {n}\n",
}
BLOCK_LINES = (3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 12, 14, 17, 22, 30)
BLOCKS = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 6, 9, 14, 24)
"""How many functions one change adds: mostly one, now and then a whole module's worth."""

Lines = list[str]


def new_file(rng: Random, suffix: str, blocks: int) -> Lines:
    """A file as it is first committed."""
    lines = _filled(rng, FIRST_LINES[suffix]).split("\n")
    for _ in range(blocks):
        lines += _block(rng, suffix)
    return lines


def edited(rng: Random, lines: Lines, suffix: str) -> Lines:
    """The file after one change: something added, replaced or removed, as the draw has it."""
    change = rng.choices((_grown, _retouched, _shrunk), weights=(55, 35, 10))[0]
    return change(rng, lines, suffix)


def title(rng: Random) -> str:
    """What a change could be about, without its verb's capital: `smooth the closest thermal`."""
    return f"{rng.choice(VERBS)} the {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}"


def _grown(rng: Random, lines: Lines, suffix: str) -> Lines:
    grown = list(lines)
    for _ in range(rng.choice(BLOCKS)):
        at = _gap(rng, grown)
        grown[at:at] = _block(rng, suffix)
    return grown


def _retouched(rng: Random, lines: Lines, suffix: str) -> Lines:
    """Some lines get another content; the rest stays where it was."""
    body = HEADS[suffix][1]
    touched = list(lines)
    for _ in range(rng.choice((1, 1, 2, 2, 3, 4, 6, 10, 18))):
        touched[rng.randrange(len(touched))] = _filled(rng, rng.choice(body))
    return touched


def _shrunk(rng: Random, lines: Lines, suffix: str) -> Lines:
    if len(lines) < 40:
        return _grown(rng, lines, suffix)
    start = _gap(rng, lines)
    return lines[: max(start, 12)] + lines[start + rng.choice(BLOCK_LINES) * 2 :]


def _gap(rng: Random, lines: Lines) -> int:
    """A place between two blocks: an empty line, else the end."""
    gaps = [number for number, line in enumerate(lines) if not line]
    return rng.choice(gaps) if gaps else len(lines)


def _block(rng: Random, suffix: str) -> Lines:
    head, body, foot = HEADS[suffix]
    fill = _filler(rng)
    inner = [fill(rng.choice(body)) for _ in range(rng.choice(BLOCK_LINES))]
    return ["", fill(head), *inner, *fill(foot).split("\n"), ""]


def _filled(rng: Random, template: str) -> str:
    return _filler(rng)(template)


def _filler(rng: Random) -> Callable[[str], str]:
    """Fills templates with the same few words, as one function talks about the same few things."""
    verb, noun, other = rng.choice(VERBS), rng.choice(NOUNS), rng.choice(NOUNS)
    words = {
        "v": verb, "V": verb.title(), "n": noun, "N": noun.title(), "m": other, "M": other.title(),
        "a": rng.choice(ADJECTIVES), "d": rng.choice(("[]", "None", "0")), "d2": rng.choice(("null", "[]", "0")),
    }  # fmt: skip
    return lambda template: template.format(**words, k=rng.randrange(2, 400))
