"""The real command, for what readers may write and say."""

from tests.cli.conftest import command

__all__ = ["command"]
