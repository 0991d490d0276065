// One of several processes that write one database at once: node writer-process.ts <url> <name> <uuids of runs in version 1, comma separated>
// Competes for those runs, begins runs of its own, and reserves usernames that the others want too. Prints what it won as JSON.
import { advance, newRun } from '@rollcall/engine/testing/ledger-contract'
import { createDatabase } from '../create-database.ts'

const [url = '', name = '', uuids = ''] = process.argv.slice(2)

const OWN_RUNS = 30
const PERSONS = 30
const BATCH = 10

const database = await createDatabase({ url })
const { ledger, reservations } = database
const contested = uuids.split(',').map((uuid) => newRun({ uuid, liveKey: uuid }))
const won: string[] = []
const usernames: (string | undefined)[] = []

async function compete() {
  for (let from = 0; from < contested.length; from += BATCH) {
    const batch = contested.slice(from, from + BATCH)
    won.push(...(await ledger.commit(batch.map((run) => advance(run, { state: `WON_BY_${name}` })))))
  }
}

async function beginOwn() {
  for (let count = 0; count < OWN_RUNS; count++) {
    const run = newRun({ scopeId: name })
    await ledger.accept({ groupUuid: run.groupUuid, request: null, runs: [run] })
    const write = async () => undefined
    await ledger.commitWith({ transition: advance(run), write, start: [newRun({ scopeId: name, state: 'STARTED' })] })
  }
}

async function reserve() {
  const candidates = Array.from({ length: 200 }, (_, index) => `ivan.ivanov${index}`)
  for (let person = 0; person < PERSONS; person++) {
    const personId = `${name}-${person}`
    const reserved = await reservations.reserve({ personId, kind: 'teacher', candidates, replacing: null, sealedPassword: personId })
    usernames.push(reserved?.username)
  }
}

await Promise.all([compete(), beginOwn(), reserve()])
await database.close()
console.log(JSON.stringify({ won, usernames }))
