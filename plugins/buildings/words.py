"""The words of buildings and equipment: uses, structures, grades, kinds. Data only; a district's own fields come from its pack."""

from __future__ import annotations

USES: dict[str, str] = {
    "teaching": "教学楼",
    "complex": "综合楼",
    "laboratory": "实验实训楼",
    "library": "图书馆",
    "dormitory": "学生宿舍",
    "canteen": "食堂",
    "gym": "体育馆（风雨操场）",
    "hall": "礼堂（报告厅）",
    "kindergarten": "幼儿园园舍",
    "office": "行政办公楼",
    "staff_housing": "教工宿舍",
    "garage": "车库",
    "gate": "门卫与传达室",
    "auxiliary": "锅炉房、配电房等附属用房",
    "other": "其他",
}
STRUCTURES: dict[str, str] = {
    "frame": "框架结构",
    "shear_wall": "剪力墙（框剪）结构",
    "brick_concrete": "砖混结构",
    "brick_wood": "砖木结构",
    "steel": "钢结构",
    "wood": "木结构",
    "other": "其他",
}
SEISMIC: dict[str, str] = {"6": "6度", "7": "7度", "8": "8度", "9": "9度", "none": "未设防"}
"""抗震设防烈度."""
GRADES: dict[str, str] = {"A": "A级", "B": "B级", "C": "C级（局部危险）", "D": "D级（整幢危险）"}
"""危险房屋鉴定标准 JGJ 125: A safe, B single members dangerous, C partly, D as a whole."""
EQUIPMENT: dict[str, str] = {
    "elevator": "电梯",
    "boiler": "锅炉",
    "pressure_vessel": "压力容器",
    "pressure_piping": "压力管道",
    "lifting": "起重机械",
    "vehicle": "场内专用机动车辆",
    "amusement": "大型游乐设施",
}
"""特种设备 of the Special Equipment Safety Law, art. 2, as schools have them."""
POINTS: dict[str, str] = {
    "low_ground": "校园低洼地带",
    "garage": "地下车库",
    "subsidence": "地基沉陷",
    "river_bank": "临河易塌陷地段",
    "landslide": "易滑坡地段",
    "geological": "地质灾害点",
    "lightning": "易遭受雷击区域",
}
"""Places that weather makes dangerous, as the notices list them."""
