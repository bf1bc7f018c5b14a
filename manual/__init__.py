"""Makes what is not written by hand: the generated documents (``python -m manual``), their pictures, and the site of docs/."""
