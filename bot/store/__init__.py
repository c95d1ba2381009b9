"""Stores: where journal, state and outbox of an account are kept, on disk or in memory."""
