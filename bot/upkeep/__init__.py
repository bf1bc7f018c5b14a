"""Keeps the store true: reads what the law's publisher prints, holds it against the store, and says what rests on what changed."""
