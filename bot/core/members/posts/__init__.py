"""Scheduled posts: what is said in a room at its hour, and why sometimes it is not."""
