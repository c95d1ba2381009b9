"""qunguan (群管): moderation and community care for chat groups."""

__version__ = "0.1.0"
