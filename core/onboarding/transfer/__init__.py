"""A whole tenant as an open package: written by one installation, read by another. The format: docs/onboarding.md."""
