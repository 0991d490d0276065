// Reading and writing the files themselves: for the API. Workers load neither.
export * from './csv-lines.ts'
export * from './open-import-file.ts'
export * from './text-of.ts'
export * from './write-result-file.ts'
