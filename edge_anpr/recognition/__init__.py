"""Find the plates of a picture and read them."""
