"""Registers (台账): a model and what is said of its fields give list, form, history, REST, tables, notices and rules.

Knows no plugin and no hazard: whoever wants to know that a rule failed listens to ``register.rules_checked``.
"""
