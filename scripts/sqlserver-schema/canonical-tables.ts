import { get_dmmf } from '@prisma/prisma-schema-wasm'
import type { Column, ForeignKey, Key, Table } from './table-model.ts'

/** The part of Prisma's datamodel (DMMF) that says what a table looks like. */
interface Datamodel {
  readonly models: readonly Model[]
  readonly indexes: readonly { model: string; type: string; dbName?: string; fields: readonly { name: string }[] }[]
}

interface Model {
  readonly name: string
  readonly dbName: string | null
  readonly fields: readonly Field[]
  readonly primaryKey: { readonly fields: readonly string[] } | null
}

interface Field {
  readonly name: string
  readonly dbName?: string
  readonly kind: 'scalar' | 'object'
  readonly type: string
  readonly nativeType?: readonly [string, readonly string[]] | null
  readonly isRequired: boolean
  readonly isId: boolean
  readonly hasDefaultValue: boolean
  readonly relationFromFields?: readonly string[]
  readonly relationToFields?: readonly string[]
  readonly relationOnDelete?: string
  readonly relationOnUpdate?: string
}

const ACTIONS: Readonly<Record<string, string>> = { NoAction: 'NO ACTION', Cascade: 'CASCADE', SetNull: 'SET NULL' }

/** Reads the tables out of the canonical schema. Names of keys follow Prisma's conventions. */
export function canonicalTables(schema: string): Table[] {
  const datamodel = parseDatamodel(get_dmmf(JSON.stringify({ prismaSchema: [['schema.prisma', schema]], noColor: true })))
  const tables = datamodel.models.map((model) => tableOf({ model, datamodel }))
  const ordinal = ordinalColumns(tables)
  return tables.map((table) => ({
    ...table,
    columns: table.columns.map((column) => ({ ...column, ordinal: ordinal.has(`${table.name}.${column.name}`) })),
  }))
}

/** The shape is that of the pinned @prisma/prisma-schema-wasm. */
function parseDatamodel(text: string): Datamodel {
  return (JSON.parse(text) as { datamodel: Datamodel }).datamodel
}

function tableOf({ model, datamodel }: { model: Model; datamodel: Datamodel }): Table {
  const name = model.dbName ?? model.name
  const columns = model.fields.filter(({ kind }) => kind === 'scalar').map((field) => columnOf({ model, field }))
  const idFields = model.primaryKey?.fields ?? model.fields.filter(({ isId }) => isId).map((field) => field.name)
  const keys = (type: string, suffix: string): Key[] =>
    datamodel.indexes
      .filter((index) => index.model === model.name && index.type === type)
      .map((index) => {
        const names = index.fields.map((field) => columnName({ model, field: field.name }))
        return { name: index.dbName ?? `${name}_${names.join('_')}_${suffix}`, columns: names }
      })
  return {
    name,
    columns,
    primaryKey: { name: `${name}_pkey`, columns: idFields.map((field) => columnName({ model, field })) },
    uniques: keys('unique', 'key'),
    indexes: keys('normal', 'idx'),
    foreignKeys: model.fields
      .filter((field) => field.relationFromFields?.length)
      .map((field) => foreignKeyOf({ name, model, field, datamodel })),
  }
}

function columnOf({ model, field }: { model: Model; field: Field }): Column {
  const where = `${model.name}.${field.name}`
  if (field.hasDefaultValue) throw new Error(`${where}: defaults are not rendered for SQL Server. Write the value where the row is made.`)
  const [type, parameters] = field.nativeType ?? (field.type === 'Int' ? ['Int', []] : [])
  if (!type || !parameters) throw new Error(`${where}: name its type, e.g. @db.NVarChar(60). Prisma's default is too wide for a key.`)
  const size = parameters.length > 0 ? `(${parameters.join(',')})` : ''
  return {
    name: columnName({ model, field: field.name }),
    type: `${type}${size}`.toUpperCase(),
    nullable: !field.isRequired,
    ordinal: false,
  }
}

function foreignKeyOf({ name, model, field, datamodel }: { name: string; model: Model; field: Field; datamodel: Datamodel }): ForeignKey {
  const target = datamodel.models.find((other) => other.name === field.type)
  if (!target) throw new Error(`${model.name}.${field.name} refers to ${field.type}, which is no model.`)
  const columns = (field.relationFromFields ?? []).map((from) => columnName({ model, field: from }))
  return {
    name: `${name}_${columns.join('_')}_fkey`,
    columns,
    table: target.dbName ?? target.name,
    referencedColumns: (field.relationToFields ?? []).map((to) => columnName({ model: target, field: to })),
    onDelete: actionOf(field.relationOnDelete),
    onUpdate: actionOf(field.relationOnUpdate),
  }
}

function actionOf(action: string | undefined): string {
  const sql = ACTIONS[action ?? '']
  if (!sql) throw new Error(`Every relation should name onDelete and onUpdate; ${action ?? 'nothing'} is not understood.`)
  return sql
}

function columnName({ model, field }: { model: Model; field: string }): string {
  return model.fields.find(({ name }) => name === field)?.dbName ?? field
}

/** Strings that a key, an index or a relation names, on either side. */
function ordinalColumns(tables: readonly Table[]): Set<string> {
  const named = new Set<string>()
  for (const table of tables) {
    for (const key of [table.primaryKey, ...table.uniques, ...table.indexes, ...table.foreignKeys])
      for (const column of key.columns) named.add(`${table.name}.${column}`)
    for (const key of table.foreignKeys) for (const column of key.referencedColumns) named.add(`${key.table}.${column}`)
  }
  const strings = tables.flatMap((table) =>
    table.columns.filter(({ type }) => type.startsWith('NVARCHAR')).map((column) => `${table.name}.${column.name}`),
  )
  return new Set(strings.filter((column) => named.has(column)))
}
