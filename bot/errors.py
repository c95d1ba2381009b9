"""Errors by whose fault they are: each message says what happened, where, and what to do.

Every error a person may meet derives from `QunguanError`; the command line prints it as one line
and leaves with `exit_code`. Anything else that escapes is a defect of the program.
"""


class QunguanError(Exception):
    """A failure that a person can do something about; its text is the whole message."""

    exit_code = 1


class ConfigError(QunguanError):
    """The operator's configuration is missing, malformed or contradicts itself."""

    exit_code = 2


class PackError(QunguanError):
    """A rule pack, playbook or text catalogue is wrong; the message names file and key."""

    exit_code = 2


class HistoryError(QunguanError):
    """An events file is not what the history format says; the message names the line."""

    exit_code = 2


class StoreError(QunguanError):
    """The database cannot be used: locked, full, read-only or corrupt; the message names the file."""

    exit_code = 3


class ChannelError(QunguanError):
    """The chat platform refused or failed."""

    exit_code = 4


class ChannelRejectedError(ChannelError):
    """The gateway refuses us for good (wrong token): trying again would not help."""


class NotDeliveredError(ChannelError):
    """The platform surely did not carry the effect out: it may be tried again."""


class NotAllowedError(NotDeliveredError):
    """The platform refused for good: no right to do this (not owner or admin, gone, blocked)."""


class NotFriendError(NotAllowedError):
    """The person is no friend of the account, so it cannot be written to in private."""


class UndecidedError(ChannelError):
    """Nobody can tell whether the effect was carried out: the answer never came."""
