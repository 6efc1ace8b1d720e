"""欺凌防治, sealed: shortcomings of prevention and their counts, nothing about persons. Knows no other plugin.

Deliberately not here: names of pupils, case files, reports of incidents, search over them, export. A case concerns minors
and belongs to a sealed committee with its own access, retention and break-glass rules; a hazard ledger that many
people read is the wrong place, so this plugin gives no place to write it down. Bureau and district see counts only.
"""
