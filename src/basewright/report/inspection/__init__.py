"""What an image is made of, written down: for a terminal, for people, for programs, and as an SBOM."""
