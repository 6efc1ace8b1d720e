"""Kinds of records as data: what is asked, about what it may be. A kind is named by the activity that obligations count.

A pack may owe activities that stand here under no name: each becomes a plain kind under the pack's own label.
Words are Chinese msgids. Knows no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.tenancy.packs.model import Pack
from core.tenancy.packs.owed import who_types


class Input(StrEnum):
    TEXT = "text"
    NOTE = "note"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True)
class RecordField:
    """One field of a kind's own. ``choices``: code → word."""

    code: str
    label: str
    input: Input = Input.TEXT
    choices: Mapping[str, str] | None = None
    required: bool = False
    most: int = 200
    """Letters of a text, or the largest number."""
    of_people: bool = False
    """A number of those people: never above theirs, which must be said then."""


@dataclass(frozen=True)
class RecordKind:
    """``people`` and ``minutes``: whether they are asked. ``evidence``: a file must come with it, or nothing is kept."""

    code: str
    label: str
    icon: str = "file-text"
    fields: tuple[RecordField, ...] = ()
    topics: tuple[str, ...] = ()
    """Offered; a pack's obligations add theirs."""
    people: str = "参加人数"
    """What the number of people is called; empty: not asked."""
    minutes: bool = False
    place: bool = True
    summary: str = "内容"
    """What the free text is called."""
    evidence: bool = False
    by_domain: bool = False
    """Each domain of the district is a topic."""
    imported: bool = True
    """Rows of a table can bring it."""

    def field(self, code: str) -> RecordField | None:
        return next((own for own in self.fields if own.code == code), None)


DRILL = "drill"

TOPICS: Mapping[str, str] = {
    "safety": "安全", "electric": "用电", "drinking_water": "饮用水和卫生", "emergency": "应急处置", "skills": "安全技能", "drowning_rescue": "溺水自救他救",
    "cluster": "片区", "committee": "安委会", "bureau": "局务会、党委会", "first_lesson": "开学第一课", "fire_first_lesson": "消防安全第一课", "safety_news": "安全工作信息",
    "warning_film": "警示教育片", "safety_education_day": "安全教育日", "disaster_day": "防灾减灾日", "traffic_day": "交通安全日", "fire_month": "消防安全月",
    "fire_day": "消防日", "safety_month": "安全生产月", "into_campus": "安全教育进校园", "drinking": "饮用水", "domestic": "生活用水", "fire_evacuation": "火灾疏散逃生",
    "fire_fighting_self_rescue": "灭火自救", "food_emergency": "食品安全应急", "bus_evacuation": "校车疏散", "earthquake": "防震", "intrusion": "防暴防袭",
    "stampede": "防踩踏", "chemicals_survey": "危化品排查", "chemicals_assault": "危化品攻坚", "traffic": "交通", "flood": "防汛",
}  # fmt: skip
"""Words for topics. A domain is a topic too, by the district's own label; any other that a pack brings along is shown by the label of
its obligation."""

CHANNELS = {
    "account": "公众号", "broadcast": "广播", "board": "宣传栏、展板", "screen": "电子屏", "group": "家长群", "letter": "告家长书", "media": "新闻媒体", "other": "其他",
}  # fmt: skip
AGENCIES = {
    "police": "公安", "fire_rescue": "消防救援", "market": "市场监管", "health": "卫生健康", "transport": "交通运输", "housing": "住建", "emergency": "应急管理",
    "town": "街道、乡镇", "other": "其他",
}  # fmt: skip
RESULTS = {"passed": "合格", "failed": "不合格"}
CHAIRS = {"head": "主要负责人", "deputy": "分管负责人", "department": "部门负责人", "other": "其他"}

KINDS: tuple[RecordKind, ...] = (
    RecordKind("meeting", "安全会议", "users", (RecordField("chair", "主持", Input.CHOICE, CHAIRS),), ("safety", "drinking_water", "committee"), minutes=True, summary="议题和决定", by_domain=True),
    RecordKind("training", "安全培训", "presentation-analytics", (RecordField("trainer", "授课单位", most=100),), ("electric", "emergency", "skills", "drowning_rescue"), minutes=True, people="参训人数", by_domain=True),
    RecordKind(DRILL, "应急演练", "route", (), ("fire_evacuation", "earthquake", "fire_fighting_self_rescue", "food_emergency", "bus_evacuation", "intrusion", "stampede"), imported=False),
    RecordKind("safety_lesson", "安全课", "book", (RecordField("classes", "班级数", Input.NUMBER, most=500),), ("first_lesson", "fire_first_lesson", "traffic"), minutes=True, people="听课人数", by_domain=True),
    RecordKind("publicity", "安全宣传", "speakerphone", (RecordField("channel", "形式", Input.CHOICE, CHANNELS), RecordField("address", "网址", most=300)), ("safety_news", "traffic"), people="覆盖人数", place=False, by_domain=True),
    RecordKind("film_showing", "观看警示教育片", "photo", (RecordField("film", "片名", required=True, most=100),), ("warning_film",), people="观看人数"),
    RecordKind("theme_activity", "主题活动", "flag", (), ("safety_education_day", "disaster_day", "traffic_day", "fire_day", "fire_month", "safety_month", "into_campus"), summary="活动内容"),
    RecordKind("supplies_check", "应急物资检查", "first-aid-kit", (RecordField("items", "清点件数", Input.NUMBER, most=100_000), RecordField("short", "短缺或过期件数", Input.NUMBER, most=100_000)), people="", summary="短缺、过期的物资和补充情况"),
    RecordKind("agency_coordination", "部门协调", "building-community", (RecordField("agency", "部门", Input.CHOICE, AGENCIES, required=True),), people="", summary="协调的事项和结果"),
    RecordKind("water_test", "水质检测", "droplet", (RecordField("result", "结果", Input.CHOICE, RESULTS, required=True), RecordField("tester", "检测单位", most=100)), ("drinking", "domestic"), people="", summary="不合格项目和处理", evidence=True),
    RecordKind("guard_daily_practice", "保安每日一练", "shield-check", people="参加保安人数", minutes=True, summary="训练科目"),
    RecordKind("paper_exam", "纸笔考试", "certificate", (RecordField("passed", "通过人数", Input.NUMBER, required=True, most=200_000, of_people=True),), people="应考人数", summary="参加的人员类别和考试内容", evidence=True, by_domain=True),
    RecordKind("daily_reminder", "一日一提醒", "bell", people="", place=False, summary="提醒的内容"),
    RecordKind("guard_contest", "安保技能比武", "award"),
    RecordKind("drill_observation", "演练观摩", "eye"),
    RecordKind("leader_inspection", "领导带队检查", "user-check", (RecordField("leader", "带队领导职务", required=True, most=60), RecordField("units", "检查单位数", Input.NUMBER, most=2000)), people="", summary="检查情况"),
    RecordKind("annual_plan", "年度安全工作计划", "calendar", people="", place=False, summary="说明", evidence=True),
    RecordKind("month_plan", "月工作计划", "calendar", people="", place=False, summary="计划要点"),
    RecordKind("education_plan", "学期安全教育计划", "calendar", people="", place=False, summary="说明", evidence=True),
    RecordKind("inspection_plan", "隐患排查计划", "calendar", people="", place=False, summary="计划要点"),
    RecordKind("plan_issued", "印发实施方案", "file-text", (RecordField("number", "文号", most=60),), people="", place=False, summary="说明", evidence=True),
    RecordKind("chemical_plan_and_summary", "危化品综合治理计划和总结", "flask", people="", place=False, summary="说明", evidence=True),
    RecordKind("campaign_finished", "专项整治完成情况", "circle-check", topics=("chemicals_survey", "chemicals_assault"), people="", place=False, summary="完成情况"),
    RecordKind("fire_pass_report", "消防合格报告", "certificate", (RecordField("issuer", "出具单位", required=True, most=100),), people="", place=False, summary="说明", evidence=True),
)  # fmt: skip

SHARED: Mapping[str, str] = {
    "lecture": "安全宣讲", "warning_response": "预警响应和处置", "night_dorm_check": "夜间宿舍安全抽查", "festival_check": "节前安全检查",
    "guidance": "业务指导",
}  # fmt: skip
"""What activities are called that packs know and more than one obligation asks for: no one obligation's label says it."""

BY_CODE: Mapping[str, RecordKind] = {kind.code: kind for kind in KINDS}
ELSEWHERE = frozenset(
    {
        "big_inspection", "cluster_check", "covert_visit", "daily_check", "hazard_check", "inspection_of_all", "joint_check",
        "joint_supervision", "special_check", "supervision_visit", "undercover_visit", "unscheduled_inspection",
        "self_check", "exam",
    }
)  # fmt: skip
"""Activities of the packs that are inspections or exams: counted from visits (core.inspections) and sittings (core.exams), never
typed in as records."""


@dataclass(frozen=True)
class TopicChoice:
    """A topic that a record of a kind may bear. ``owed``: an obligation of this pack asks for it."""

    code: str
    label: str
    owed: bool


def kinds_of(pack: Pack | None) -> dict[str, RecordKind]:
    """Every kind by code, declared ones first, then the pack's own activities that nothing else counts."""
    found = dict(BY_CODE)
    for owed in pack.obligations if pack is not None else ():
        if owed.activity not in found and owed.activity not in ELSEWHERE:
            found[owed.activity] = RecordKind(owed.activity, SHARED.get(owed.activity, owed.label))
    return found


def topics_of(pack: Pack | None, kind: RecordKind) -> tuple[TopicChoice, ...]:
    """What the pack owes first, then what the pack offers, then what the kind does."""
    owed: dict[str, str] = {}
    for own in pack.obligations if pack is not None else ():
        if own.activity == kind.code:
            owed |= {topic: own.label for topic in own.topics if topic not in owed}
    words = known_topics(pack)
    first = [TopicChoice(code, words.get(code, label), True) for code, label in owed.items()]
    more = {own.code: own.label for own in (pack.topics if pack is not None else ()) if kind.code in own.activities}
    more |= {code: TOPICS[code] for code in kind.topics if code not in more} | (
        _domains(pack) if kind.by_domain else {}
    )
    return (*first, *(TopicChoice(code, label, False) for code, label in more.items() if code not in owed))


def known_topics(pack: Pack | None) -> dict[str, str]:
    """Code → word: the product's, the district's domains, and before both the words that its pack declares."""
    return {**_domains(pack), **TOPICS, **{own.code: own.label for own in (pack.topics if pack is not None else ())}}


def _domains(pack: Pack | None) -> dict[str, str]:
    return {own.code: own.label for own in (pack.domains if pack is not None else ())}


def topic_label(pack: Pack | None, code: str) -> str:
    """The word for one topic; the code itself where nobody has a word for it (an older pack's)."""
    words = known_topics(pack)
    if code in words:
        return words[code]
    found = (own.label for own in (pack.obligations if pack is not None else ()) if code in own.topics)
    return next(found, code)


def owed_first(pack: Pack | None, org_types: Iterable[str]) -> tuple[str, ...]:
    """Codes of the kinds that units of these types owe by the pack, most often owed first."""
    types = set(org_types)
    counts: dict[str, int] = {}
    for own in pack.obligations if pack is not None else ():
        who = set(who_types(pack, own.who)) if pack is not None else set()
        if own.activity not in ELSEWHERE and (not who or who & types):
            counts[own.activity] = counts.get(own.activity, 0) + 1
    return tuple(sorted(counts, key=lambda code: -counts[code]))
