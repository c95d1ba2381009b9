"""Replies: what somebody's private answer amounts to."""
