/** The times that a caller may name. Both databases can keep them; beyond, SQL Server refuses the statement, and a Date is none. */
export const EARLIEST = 0
export const LATEST = Date.UTC(9999, 0, 1) - 1
