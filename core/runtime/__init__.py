"""Starts, watches and stops what the platform runs on: PostgreSQL and Redis from wheels, web, worker and beat.

Knows processes, folders and settings; knows no table and no page.
"""
