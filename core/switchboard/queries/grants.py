"""Whom a plugin's permissions are meant for, in the words of the district's pack."""

from __future__ import annotations

from core.db.sessions import TenantSession
from core.hooks.manager import Plugins
from core.tenancy import changes, shelf
from core.tenancy.packs.grants import Suggested, pair_of, suggested


def suggested_grants(session: TenantSession, plugins: Plugins, slug: str) -> tuple[Suggested, ...]:
    """By permission set; nothing where there is no pack or the plugin suggests nothing. One query beside the pack's."""
    meta, pack = plugins.metas.get(slug), shelf.current(session)
    if meta is None or pack is None or not meta.suggested:
        return ()
    own = frozenset(map(pair_of, changes.changes(session).granted))
    return suggested(pack, meta.suggested, own=own)


def permission_titles(plugins: Plugins, slug: str) -> dict[str, str]:
    """Code → title, of the permissions that the plugin declares."""
    declared = dict(plugins.at_boot("register_permissions")).get(slug, ())
    return {own.code: own.title for own in declared}
