"""The law as data: records, their compilation into law.db, and how it is read."""
