"""Work outside requests: job rows are the truth, Celery and Redis only the doorbell. Knows no feature."""
