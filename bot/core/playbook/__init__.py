"""Playbooks: tables of steps that lead a case to a good end; how they are read, checked, walked and drawn."""
