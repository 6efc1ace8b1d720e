"""Guarded blueprints, errors as problems, ETag, idempotency, the frame around pages. Knows no feature."""
