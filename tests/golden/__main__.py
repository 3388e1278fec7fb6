"""`python -m tests.golden`: write what the models read now."""

from tests.golden import write

write()
