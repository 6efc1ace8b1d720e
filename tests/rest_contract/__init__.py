"""The REST interface against its own description: generated requests as every role (docs/faults.md)."""
