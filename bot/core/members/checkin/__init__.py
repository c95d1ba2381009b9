"""Check-ins: whom the bot asks in private how they are, when, with which words, and what comes of it."""
