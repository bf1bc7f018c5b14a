"""The only process that faces the internet: verifies, limits, forgets and renders. Knows no law."""
