"""Do the parts of a pack fit together? One module per group of sections; each check says which sections it needs."""

from core.tenancy.packs.checks import (
    accountability,
    campaign,
    checklist,
    document,
    domain,
    lifecycle,
    obligation,
    orgs,
    paths,
    privacy,
    register,
    setting,
    table,
    task,
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
    *register.CHECKS,
    *accountability.CHECKS,
    *table.CHECKS,
    *setting.CHECKS,
    *lifecycle.CHECKS,
    *paths.CHECKS,
    *privacy.CHECKS,
)
