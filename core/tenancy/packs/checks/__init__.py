"""Do the parts of a pack fit together? One module per group of sections; each check says which sections it needs."""

from core.tenancy.packs.checks import (
    accountability,
    assessment,
    campaign,
    checklist,
    document,
    domain,
    exam,
    lifecycle,
    obligation,
    orgs,
    paths,
    privacy,
    register,
    setting,
    table,
    task,
    topic,
)
from core.tenancy.packs.checks.report import Check

CHECKS: tuple[Check, ...] = (
    *document.CHECKS,
    *orgs.CHECKS,
    *campaign.CHECKS,
    *task.CHECKS,
    *domain.CHECKS,
    *checklist.CHECKS,
    *obligation.CHECKS,
    *topic.CHECKS,
    *register.CHECKS,
    *accountability.CHECKS,
    *assessment.CHECKS,
    *exam.CHECKS,
    *table.CHECKS,
    *setting.CHECKS,
    *lifecycle.CHECKS,
    *paths.CHECKS,
    *privacy.CHECKS,
)
