"""Indicators and assessment (指标、考核): figures computed from facts, what they cost, appeal, publication."""
