"""The real processes as replicas on one machine, put under load and broken on purpose: ``make chaos``."""
