"""Vehicles of real photographs drive past a camera, and what is made of them is judged.

`python -m tests.passages` measures it; the photographs are not part of the project.
"""
