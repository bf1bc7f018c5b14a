"""Turns the core's neutral reply into what a channel shows. No wording is made here."""
