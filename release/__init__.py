"""Makes a release and holds it to what CHANGELOG.md says of the law: ``python -m release``. How, step by step: docs/releasing.md."""
