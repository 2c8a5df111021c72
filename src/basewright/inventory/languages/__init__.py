"""Packages of languages, as their own installed metadata tell."""
