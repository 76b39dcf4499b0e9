"""Where mathematics is written: files as texts that know the place of each character."""
