"""The public law pages as plain values: what a section's page, the index, a bill's page say. No HTTP and no HTML here.

Each struct is both the JSON form of an address and what the HTML page is made from, so the two cannot differ.
"""
