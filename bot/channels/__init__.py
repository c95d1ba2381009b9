"""Connections to chat platforms: one package each, known to the shell only through `bot.ports`.

Importing this package imports no platform's library: each channel's own `open_channel` does that when called.
"""
