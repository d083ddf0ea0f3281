"""What stops a command, and with which exit code.

    MonitorError        2   wrong usage or configuration
      RegistryError     2   a registry in which no brand can be read
      ConfigError       2   a broken monitor.toml or policy.toml, a plug-in that fails to load
      InputError        3   input that could not be read, or held no listing
      ServiceError      4   a database or channel that failed

A fault in one row is no error but a `monitor.model.problem.Problem`.
"""

from __future__ import annotations


class MonitorError(Exception):
    """`key` is a message key `<room>.<name>`, `params` fill its sentence; `text` is the English sentence."""

    exit_code = 2

    def __init__(self, key: str, /, *, text: str = "", **params: object) -> None:
        super().__init__(text or f"{key} {params}")
        self.key = key
        self.params = {name: str(value) for name, value in params.items()}


class RegistryError(MonitorError):
    """No brand can be read from the registry."""


class ConfigError(MonitorError):
    """A configuration file, an environment value or a plug-in is wrong."""


class InputError(MonitorError):
    """Input could not be read, or held no listing."""

    exit_code = 3


class ServiceError(MonitorError):
    """A service that the command needs (database, channel) failed."""

    exit_code = 4
