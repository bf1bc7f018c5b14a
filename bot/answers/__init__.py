"""Composes replies from the store: answers by topic, provision cards, history, search."""
