"""What onboarding writes."""
