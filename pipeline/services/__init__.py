"""The only room that reaches out: services of the web that are asked when a verb says so.

Only the verbs `search`, `chase`, `retrieve --open-access`, `stale --online`, `zotero` and `update`
(for searches that are due) import it; a build, a check or a screen never does.
"""
