// `pnpm generate` writes what is derived from the code (process pages, the error codes, .env.example, the API's client); `--check`, which
// CI runs, fails where one of them is stale.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { REPOSITORY } from './fleet/repository.ts'
import { apiClient } from './generate/api-client.ts'
import { cliReference } from './generate/cli-reference.ts'
import { environmentExample } from './generate/environment-example.ts'
import { errorCodesPage } from './generate/error-codes-page.ts'
import { performancePage } from './generate/performance-page.ts'
import { personalDataPage } from './generate/personal-data-page.ts'
import { processDocs } from './generate/process-docs.ts'

const checkOnly = process.argv.includes('--check')
const files = [
  ...processDocs(),
  errorCodesPage(),
  environmentExample(),
  await personalDataPage(),
  await performancePage(),
  ...(await apiClient()),
  cliReference(),
]
const stale: string[] = []
for (const { path, content } of files) {
  const file = join(REPOSITORY, path)
  const standing = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (standing === content) continue
  stale.push(path)
  if (checkOnly) continue
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, content)
}
if (checkOnly && stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run \`pnpm generate\` and commit the result.`)
  process.exitCode = 1
}
if (!checkOnly) console.log(stale.length > 0 ? `Wrote ${stale.join(', ')}.` : 'Everything generated is up to date.')
