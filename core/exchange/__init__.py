"""导入中心 and 导出中心: files in and out, for every kind of table that a feature registers. Knows no kind by name."""
