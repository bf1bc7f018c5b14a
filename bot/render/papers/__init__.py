"""The result of an interview as a file to take along: PDF, Word, calendar.

Each kind has one function, ``render(sheet, phrases)``, which returns the file's bytes. Nothing is written to disk, nothing is
fetched, nothing is logged, and the same sheet gives the same bytes.

``phrases`` is what ``content/wording/<lang>/papers.yml`` holds for the sheet's language, under the names that the store gives
them, so ``store.phrases[lang]`` can be handed over as it is: ``papers.made_on`` (fields: date), ``papers.date`` (day, month,
year), ``papers.months`` (twelve, with commas), ``papers.result``, ``papers.help``, ``papers.sum``, ``papers.item``,
``papers.amount``, ``papers.box``, ``papers.dates``, ``papers.every_year`` (date), ``papers.every_years`` (date, number),
``papers.reminder`` (label), ``papers.blanks``, ``papers.blanks_note``, ``papers.sources``, ``papers.footer`` and
``papers.page`` (page, pages). A missing one is a ``KeyError``.
"""
