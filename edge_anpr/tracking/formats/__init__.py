"""What plates of each country look like, and how that settles a doubtful text.

Each country is a file beside this one; pattern.py explains how formats are written.
"""
