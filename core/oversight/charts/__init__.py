"""Charts as data: pure functions from figures to an ECharts option with its table and its sentence.

No pie, no third dimension, no ranking of schools; counts as bars, rates with their denominators, colours by token name.
"""

from core.oversight.charts.bureau import funnel, multiples
from core.oversight.charts.district import ageing, days_box, domains, trend
from core.oversight.charts.shares import categories, closure

__all__ = ["ageing", "categories", "closure", "days_box", "domains", "funnel", "multiples", "trend"]
