"""Writes of fire safety, one module for each noun. Every one takes the actor and is logged."""
