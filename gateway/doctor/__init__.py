"""Looks at a deployment for everything that a deployer may get wrong, and says it in words: ``charter-oak doctor``."""
