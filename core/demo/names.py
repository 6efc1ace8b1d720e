"""Invented names, by pattern. A school is a place of the district, a made-up word and its level; a person is a role."""

from __future__ import annotations

WORDS = (
    "青禾", "云溪", "星桥", "柳堤", "桐荫", "晨光", "文澜", "松风", "杏坛", "荷塘", "梧桐", "银杏", "春晖", "知行", "博雅", "崇德",
    "启明", "思源", "致远", "明德", "育秀", "润泽", "怀瑾", "静远", "竹韵", "兰亭", "橡树", "海棠", "木樨", "白鹭", "听雨", "望湖",
    "临泉", "澄江", "碧溪", "金穗", "麦田", "红枫", "蓝田", "朝阳坡", "向阳里", "石桥", "双桥", "古井", "长堤", "南陌", "东篱",
    "西苑", "北辰", "中洲",
)  # fmt: skip

LEVELS = {
    "kindergarten": ("幼儿园", ("kindergarten",), "kindergarten"),
    "primary": ("小学", ("primary",), "school"),
    "junior": ("初级中学", ("junior",), "school"),
    "nine_year": ("九年一贯制学校", ("primary", "junior"), "school"),
    "senior": ("高级中学", ("senior",), "school"),
    "vocational": ("职业技术学校", ("vocational",), "school"),
    "special": ("特殊教育学校", ("special",), "school"),
    "training": ("艺术培训学校", (), "training_institution"),
}
"""Level → (how its name ends, stages of schooling, kind of unit)."""

SIZES = {
    "kindergarten": (120, 480), "primary": (420, 2200), "junior": (500, 1900), "nine_year": (900, 3200), "senior": (1200, 3600),
    "vocational": (1500, 4200), "special": (60, 180), "training": (40, 260),
}  # fmt: skip
"""Pupils, from and to."""

PLACES = (
    ("食堂", "canteen"), ("学生宿舍", "dormitory"), ("化学实验室", "lab"), ("消防控制室", "fire-control"), ("配电房", "power"),
    ("体育馆", "gym"), ("图书馆", "library"), ("校车停靠点", "bus-stop"), ("校门口", "gate"), ("教学楼", "teaching"),
)  # fmt: skip

PLACES_SMALL = (("食堂", "canteen"), ("配电房", "power"), ("校门口", "gate"), ("教学楼", "teaching"))
"""What a kindergarten has of them."""


def school_name(place: str, level: str, index: int) -> tuple[str, str]:
    """(full, short) of the ``index``-th unit of a level; no two of a level are alike."""
    ending = LEVELS[level][0]
    word = WORDS[(index * 7 + len(level) * 3 + ord(place[0])) % len(WORDS)]
    turn = index // len(WORDS)
    number = "" if turn == 0 else f"第{'二三四五'[turn - 1]}"
    return f"{place}{word}{number}{ending}", f"{word}{number}{_short(ending)}"


def _short(ending: str) -> str:
    short = {
        "初级中学": "初中",
        "高级中学": "高中",
        "九年一贯制学校": "学校",
        "职业技术学校": "职校",
        "特殊教育学校": "特校",
        "艺术培训学校": "艺培",
    }
    return short.get(ending, ending)


LOGINS = {
    "safety_director": "safety", "safety_head": "office", "safety_officer": "officer", "line_head": "line", "deputy_director": "deputy",
    "deputy_safety": "deputy", "third_party_engineer": "engineer", "agency_liaison": "liaison", "section_head": "section",
    "department_head": "section", "department_staff": "clerk", "cluster_head": "cluster", "area_head": "cluster", "grid_head": "cluster",
    "area_officer": "area", "law_deputy_head": "law",
}  # fmt: skip
"""Short words for logins; a post that is not here goes by its own code."""


def login_of(post: str, unit: str, root: str) -> str:
    """``safety.s003``; people of the bureau itself need no unit: ``director``."""
    word = LOGINS.get(post, post).replace("_", "-")
    return word if unit == root else f"{word}.{unit.replace('_', '-')}"
