/** A table of SQL Server as the canonical schema wants it, or as the migrations create it. */
export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly primaryKey: Key
  readonly uniques: readonly Key[]
  readonly indexes: readonly Key[]
  readonly foreignKeys: readonly ForeignKey[]
}

export interface Column {
  readonly name: string
  /** In capitals, e.g. NVARCHAR(36). */
  readonly type: string
  readonly nullable: boolean
  /** Compared by code point, as SQLite does. */
  readonly ordinal: boolean
}

export interface Key {
  readonly name: string
  readonly columns: readonly string[]
}

export interface ForeignKey extends Key {
  readonly table: string
  readonly referencedColumns: readonly string[]
  readonly onDelete: string
  readonly onUpdate: string
}

/** Orders by code point, so that keys compare on SQL Server as they do on SQLite; its UTF8 sibling is for varchar only. */
export const ORDINAL_COLLATION = 'Latin1_General_100_BIN2'
