"""Words of campaigns that pages, papers and REST share. Chinese msgids."""

from __future__ import annotations

from core.campaigns.standing import TONES, WORDS

STANDINGS = {str(key): word for key, word in WORDS.items()}
STANDING_TONES = {str(key): tone for key, tone in TONES.items()}
TASK_STANDINGS = ("overdue", "unconfirmed", "under_way", "not_yet", "fulfilled")
"""Those that a task can have."""
PART_STATES = {"open": "未办结", "returned": "已退回", "reported": "待签认", "done": "已办结"}
PART_TONES = {"open": "neutral", "returned": "warn", "reported": "brand", "done": "good"}
TIERS = {"cluster": "教育局与片区", "school": "与学校", "post": "学校与岗位"}
SIGNER_STATES = {"unsigned": "未签", "vacant": "无人任职", "signed": "已签"}
SCHEME_STATES = {"missing": "未报送", "submitted": "待审核", "returned": "已退回", "accepted": "已通过"}
SCHEME_TONES = {"missing": "neutral", "submitted": "brand", "returned": "warn", "accepted": "good"}
ROLES = {"responsible": "责任", "participating": "参与", "coordinating": "协调"}
