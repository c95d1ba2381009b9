"""The pure core: events in, decisions out; no clock, no I/O, no randomness."""
