"""Where figures come from: one module for each group of facts. Each gives rows of facts; sums and lists are made of the same rows."""

from core.assessment.sources.asked import Asked, Fact, Facts, Judged
from core.assessment.sources.rows import fact_rows

__all__ = ["Asked", "Fact", "Facts", "Judged", "fact_rows"]
