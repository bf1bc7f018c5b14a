"""Reads what people type: citations, dates, terms, language. Rules only; no model is downloaded."""
