"""Run everything, for months: what each thread does, and how they start and stop."""
