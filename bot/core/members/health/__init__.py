"""Health of a room: its rhythm, who talks and who is silent, who leaves, and what to do when it grows quiet."""
