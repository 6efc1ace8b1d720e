"""What onboarding reads."""
