"""What a hazard of this domain can be about, and the focus problems, in the words of the notices. Data only."""

from __future__ import annotations

from core.sdk.hooks import HazardCategory

CATEGORIES = (
    HazardCategory("labchem.duty", "实验室及危化品安全责任不落实", clauses=("WJ-2.7-02", "LY-10-02")),
    HazardCategory("labchem.rules", "管理规程、制度不健全", clauses=("WJ-2.7-03", "SIP-A1-7-01")),
    HazardCategory("labchem.ledger", "采购、存储、使用、处置台账不全", clauses=("WJ-2.7-05", "WJ-2.7-08")),
    HazardCategory("labchem.double", "“五双”管理不落实", clauses=("WJ-2.7-09", "WJ-2.7-14")),
    HazardCategory("labchem.storage", "危化品储存设施不符合要求", clauses=("WJ-2.7-25", "WJ-2.7-29", "SIP-A1-7-13")),
    HazardCategory("labchem.three_guards", "“三防”防范不落实", clauses=("WJ-2.7-30", "WJ-2.7-33")),
    HazardCategory(
        "labchem.waste",
        "危险废物产生、收集、贮存、转移、处置不规范",
        clauses=("WJ-2.7-39", "WJ-2.7-42", "SIP-2.7-06", "LY-10-05"),
    ),
    HazardCategory("labchem.use", "危险化学品使用不规范", clauses=("LY-10-04",)),
    HazardCategory("labchem.admission", "实验室安全准入、培训不到位", clauses=("WJ-2.7-45", "SIP-2.7-07")),
    HazardCategory("labchem.risk_point", "重点监控风险点未明确或无防控措施", clauses=("WJ-2.7-19", "WJ-2.7-20")),
    HazardCategory("labchem.equipment", "贵重仪器设备、易燃易爆品管理", clauses=("LY-12-19", "LY-12-20")),
)
