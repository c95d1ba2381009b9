"""Slash commands, one file each; found by their `COMMAND`. See `desk.py` for how a line becomes a call."""
