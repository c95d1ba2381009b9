"""Ads: from signals to a verdict, and from a verdict to a sanction."""
