"""The pack as frozen dataclasses, one module per section."""
