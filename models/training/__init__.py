"""Training: from pictures to the two .tflite files; never on a device."""
