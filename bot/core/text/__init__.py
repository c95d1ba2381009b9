"""Views of a text that undo disguises, and what can be read off it: contacts, links, own words."""
