"""What an image holds: its distribution, packages, executables, hardening facts and waste."""
