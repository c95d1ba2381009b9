"""Members: who is there, who came and went, who does not want to be written to."""
