"""Benchmarks: what one message costs, on this machine and in rounds of a calibration loop.

They ship with the program, so that an operator can tell a slow machine from a slow bot.
"""
