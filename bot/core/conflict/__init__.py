"""Conflicts: who speaks how to whom, the tension it adds up to, and what is raised."""
