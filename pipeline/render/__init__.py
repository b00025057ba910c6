"""Documents, tables, flow and bibliographies into the bytes of one format; nothing here is kept."""
