"""What reading costs, side by side with extruct. Run it with ``make bench``."""
