"""Measure how fast a board reads plates, beside a network known on other boards."""
