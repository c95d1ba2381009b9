"""The daily digest: when it is due, and its values (never its text)."""
