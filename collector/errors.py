"""The error tree. Every message is one line for the person at the terminal: what, where, what to do.

BarographError            exit code 2
├── SettingsError         a key or value that cannot be used
├── ToolProfileError      a tools/*.toml that is wrong: file, line, reason
├── RepositoryError       not a repository, unreadable, or a git stream that failed
└── StoreError            locked, newer than this program, disk full, or no store yet
"""


class BarographError(Exception):
    """Anything that ends a command with one clear line and exit code 2."""


class SettingsError(BarographError):
    """A setting, option or argument that cannot be used."""


class ToolProfileError(BarographError):
    """A tool's TOML file that is wrong; the message names the file and the line."""


class RepositoryError(BarographError):
    """A path that is no repository, cannot be read, or whose history could not be read whole."""


class StoreError(BarographError):
    """The store is locked, was written by a newer version, cannot be written, or does not exist."""
