"""The command line: one short function per command, which imports what it needs itself, so that help is quick."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.options import Day, OneOf, json_option, settings, store_option
from app.shell import Barograph

if TYPE_CHECKING:
    from collector.settings import Settings

BY = ("month", "week", "day", "tool", "model", "author", "repo", "type")
SESSIONS_BY = ("day", "tool", "model", "repo")
WEIGHTS = ("commits", "added", "changed", "merges")
TABLES = ("commits", "evidence", "lines", "links", "sessions", "shares", "ownership")
FORMS = ("agent-trace", "notes")

EPILOG = "Exit codes: 0 fine, 1 a threshold of --fail-on was crossed, 2 an error, told in one line."

_folder = click.Path(path_type=Path, file_okay=False)
_repo = click.option("--repo", "repos", multiple=True, metavar="R", help="Only this repository: an id or a path.")
_since = click.option(
    "--since", type=Day(), metavar="D", help="First day, UTC: 2026-03-14, today, or 90d, 12w, 6m, 1y."
)
_until = click.option("--until", type=Day(), metavar="D", help="Last day, included, written likewise.")


@click.group(cls=Barograph, invoke_without_command=True, epilog=EPILOG, context_settings={"max_content_width": 100})
@click.version_option(package_name="barograph", message="barograph %(version)s")
@store_option
@json_option
@click.pass_context
def cli(ctx: click.Context, store: Path | None, as_json: bool) -> None:
    """How much of your engineering is done by AI, proven from git.

    Without a command: collect the repository you stand in and report on it.
    """
    if ctx.invoked_subcommand is None:
        from app.running import here

        here(settings(ctx, store=store), as_json=as_json)


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@store_option
@click.option("--home", type=_folder, metavar="DIR", help="Home folder in which agents' logs are looked for.")
@click.option("--no-logs", is_flag=True, help="Don't read the logs of agents and IDEs.")
@click.option("--no-ownership", is_flag=True, help="Don't follow who owns the living lines.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Git processes that read at the same time.")
@json_option
@click.pass_context
def collect(ctx: click.Context, /, paths: tuple[Path, ...], as_json: bool, **flags: Any) -> int:
    """Read repositories into the store, only what is new.

    Without a PATH: the repositories of the settings and the one you stand in. A folder means all that lie below it.
    """
    from app.running import collect_and_tell

    for name in ("logs", "ownership"):
        flags[name] = False if flags.pop(f"no_{name}") else None
    return collect_and_tell(paths, settings(ctx, **flags), as_json=as_json)


@cli.command()
@_repo
@_since
@_until
@click.option("--by", type=OneOf(BY), help="One row per period, tool, model, author, repository or type of change.")
@click.option("--weight", type=OneOf(WEIGHTS), help="What is counted; commits and changed lines without it.")
@click.option("--fail-on", metavar="TEST", help='Exit with 1 if the whole selection is so: "low<0.2", "high>=90%".')
@store_option
@json_option
@click.pass_context
def report(ctx: click.Context, /, store: Path | None, as_json: bool, fail_on: str | None, **selection: Any) -> int:
    """Show AI's share of the work, with its bounds.

    The proven part, what is possible at most, the months, the tools, and what the figures rest on.
    """
    from app.asking import gather
    from app.running import tell_report
    from app.threshold import Threshold

    threshold = Threshold.parse(fail_on) if fail_on else None
    found = gather(settings(ctx, store=store).store, **selection)
    tell_report(found, as_json=as_json)
    return 1 if threshold and threshold.is_crossed(found) else 0


@cli.command()
@_repo
@_since
@_until
@click.option("--by", type=OneOf(SESSIONS_BY), default="day", help="One row per day, tool, model or repository.")
@store_option
@json_option
@click.pass_context
def sessions(ctx: click.Context, /, store: Path | None, as_json: bool, by: Any, **selection: Any) -> None:
    """Show what agents' sessions did.

    Sessions, prompts, active time, tokens, cost, edits, and the lines that reached the default branch.
    """
    from app import sessions as told
    from app.output import print_json

    rows = told.gather(settings(ctx, store=store).store, by, **selection)
    if as_json:
        print_json({"by": by, "sessions": rows.to_dicts()})
    else:
        _print(told.render(rows, by))


@cli.command()
@click.argument("what", metavar="SHA|FILE:LINE")
@store_option
@json_option
@click.pass_context
def explain(ctx: click.Context, what: str, store: Path | None, as_json: bool) -> None:
    """Show the verdict on a commit or a line, and every piece of evidence.

    With the words that matched, the rule, the file that defines it, and the sessions that had a hand in it.
    """
    from app.running import tell_explanation

    tell_explanation(settings(ctx, store=store).store, what, as_json=as_json)


@cli.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@store_option
@json_option
@click.pass_context
def blame(ctx: click.Context, file: Path, store: Path | None, as_json: bool) -> None:
    """Show who wrote each line of a file: which tool, model and session, or unknown.

    The file as it is in the commit that is checked out; --json leaves the text out.
    """
    from app import blaming
    from app.output import print_json

    repo, lines = blaming.blame(settings(ctx, store=store).store, file)
    if as_json:
        print_json(blaming.as_json(repo, lines))
    else:
        _print(blaming.render(lines))


@cli.command()
@click.option("--detailed", is_flag=True, help="One row per month and version of the tool too.")
@store_option
@json_option
@click.pass_context
def calibrate(ctx: click.Context, store: Path | None, detailed: bool, as_json: bool) -> None:
    """Measure how often each rule agrees with other evidence.

    Markers in commits, notes of tools and logs of sessions are compared where two of them were heard.
    """
    from app import calibration
    from app.output import print_json

    rows = calibration.gather(settings(ctx, store=store).store, detailed=detailed)
    if as_json:
        print_json({"agreement": rows.to_dicts()})
    else:
        _print(calibration.render(rows))


@cli.command()
@click.argument("table", type=OneOf((*TABLES, *FORMS)), metavar="TABLE")
@click.option("--format", "form", type=OneOf(("csv", "parquet", "json")), help="csv, or what the file's name says.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write here.")
@click.option("--into", type=click.Path(path_type=Path), metavar="REPO", help="Of notes: write them into a repository.")
@_repo
@click.option("--by", type=OneOf(("month", "week", "day")), default="month", help="Of shares: the period.")
@_since
@_until
@store_option
@click.pass_context
def export(ctx: click.Context, /, table: str, form: str | None, store: Path | None, **how: Any) -> None:
    """Write a table as CSV, Parquet or JSON.

    TABLE is commits, evidence, lines, links, sessions, shares or ownership. It goes to stdout without -o.
    --by, --since and --until are for shares.

    Two more are for other tools: agent-trace writes Agent Trace records, notes writes git-ai's notes as a stream
    for git fast-import (or with --format json as lines), or with --into into refs/notes/ai of a repository, where
    notes of others stay as they are.
    """
    if table in FORMS:
        from app.handing_over import hand_over

        where = settings(ctx, store=store).store
        hand_over(where, table, form=form, **{name: how[name] for name in ("output", "into", "repos")})
        return
    from app.exporting import write_table

    write_table(settings(ctx, store=store).store, table, form=form, **how)


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="Port on 127.0.0.1; a free one without it.")
@click.option("--no-open", is_flag=True, help="Don't open a browser.")
@store_option
@click.pass_context
def dashboard(ctx: click.Context, port: int | None, no_open: bool, store: Path | None) -> int:
    """Serve the dashboard on 127.0.0.1 until Ctrl-C."""
    from app.serve import serve

    return serve(settings(ctx, store=store).store, port=port, open_browser=not no_open)


@cli.command()
@store_option
@json_option
@click.pass_context
def tools(ctx: click.Context, store: Path | None, as_json: bool) -> None:
    """List the tools that are recognised, and by what.

    What each leaves behind, whether it does so by default, since when, and how that is turned off.
    """
    from app.listing import list_tools

    list_tools(settings(ctx, store=store), as_json=as_json)


@cli.command(name="settings")
@store_option
@json_option
@click.pass_context
def show_settings(ctx: click.Context, store: Path | None, as_json: bool) -> None:
    """Show every setting, its value and where that comes from."""
    from app.listing import list_settings

    list_settings(settings(ctx, store=store), as_json=as_json)


@cli.command()
@store_option
@json_option
@click.pass_context
def doctor(ctx: click.Context, store: Path | None, as_json: bool) -> int:
    """Look for what is wrong, and say how to mend it."""
    from app.running import tell_diagnosis
    from collector.errors import SettingsError

    try:
        return tell_diagnosis(settings(ctx, store=store), as_json=as_json)
    except SettingsError as problem:
        return tell_diagnosis(_default_settings(store), problem, as_json=as_json)


def _default_settings(store: Path | None) -> "Settings":
    """The settings without file and environment, for the doctor that reports on a broken one of these."""
    from collector.settings import Settings

    return Settings(store=store.expanduser().absolute()) if store else Settings()


@cli.command()
@click.option("--no-serve", is_flag=True, help="End after the report, without the dashboard.")
@click.option("--no-open", is_flag=True, help="Don't open a browser.")
@click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="Port on 127.0.0.1; a free one without it.")
@click.option("--keep", type=_folder, metavar="DIR", help="Keep repositories and store in this folder.")
@store_option
@json_option
@click.pass_context
def demo(ctx: click.Context, /, store: Path | None, as_json: bool, **wishes: Any) -> int:
    """Try it on an invented organisation, dashboard and all.

    Builds five repositories, collects them, reports and serves the dashboard until Ctrl-C.
    Your own store and repositories are not touched.
    """
    from app.demo import run_demo

    return run_demo(settings(ctx, store=store), store, as_json=as_json, **wishes)


@cli.command()
@click.argument("shell", type=OneOf(("bash", "zsh", "fish")), metavar="bash|zsh|fish")
@store_option
def completion(shell: str, store: Path | None) -> None:
    """Print the completion script of a shell.

    Put `eval "$(barograph completion bash)"` into ~/.bashrc, likewise for zsh; for fish save it as
    ~/.config/fish/completions/barograph.fish.
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    if made is not None:
        click.echo(made(cli, {}, "barograph", "_BAROGRAPH_COMPLETE").source())


def _print(lines: Any) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def main() -> None:
    """Run barograph with the arguments of the process; never returns."""
    cli(prog_name="barograph")
