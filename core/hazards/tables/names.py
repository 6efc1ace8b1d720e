"""What the tables of hazards are called where somebody chooses one. Words only."""

OLD_LEDGER = "隐患台账（历史）"
OLD_LEDGER_SUMMARY = "未销号的进入隐患台账继续整改；已销号的进入历史台账，只供查阅，不计入销号率"

TITLES = {
    "old_no": "编号",
    "unit": "单位",
    "place": "隐患部位",
    "description": "隐患内容",
    "category": "隐患类别",
    "grade": "隐患等级",
    "found_at": "发现时间",
    "found_by": "发现人",
    "responsible": "整改责任人",
    "measure": "整改措施",
    "funds": "整改资金",
    "due_on": "整改时限",
    "measure_done": "整改情况",
    "done_at": "整改完成时间",
    "status": "是否销号",
    "closed_on": "销号时间",
    "closed_by": "销号人",
    "note": "备注",
}
"""Column of an old ledger → its title. What cells and other heads may say stays Chinese, as the ledgers are."""
