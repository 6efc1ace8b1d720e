"""What the tables of hazards are called where somebody chooses one. Words only."""

OLD_LEDGER = "隐患台账（历史）"
OLD_LEDGER_SUMMARY = "未销号的进入隐患台账继续整改；已销号的进入历史台账，只供查阅，不计入销号率"
