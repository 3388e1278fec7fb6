"""The models, and what makes them."""
