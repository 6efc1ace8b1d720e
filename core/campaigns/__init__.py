"""Campaigns (专项行动): phases, tasks, the matrix, letters of responsibility, the notice with its live state."""
