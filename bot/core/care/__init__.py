"""Care: cases of conflict, and what is done about them."""
