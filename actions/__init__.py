"""Rasa's custom actions: an adapter from the tracker to the core, and from its reply to the dispatcher."""
