"""The domains: strangers to each other, guests of core through core.sdk."""
