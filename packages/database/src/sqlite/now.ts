/** SQL's clock in SQLite, in milliseconds since 1970, as times are stored. */
export const SQLITE_NOW = `CAST(unixepoch('subsec') * 1000 AS INTEGER)`
