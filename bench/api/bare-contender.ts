// The baseline: a Fastify route that writes one row and answers. No key is judged, no field, nobody is asked whether the person has an account or a
// run already, nothing is logged, counted or enqueued. The file is as durable as ours.
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import Fastify from 'fastify'

const [, , file] = process.argv
if (file === undefined) throw new Error('This program is started by `pnpm bench api`.')
const database = new DatabaseSync(file)
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE Accepted (uuid TEXT PRIMARY KEY, body TEXT, at INTEGER)')
const insert = database.prepare('INSERT INTO Accepted (uuid, body, at) VALUES (?, ?, ?)')

const app = Fastify()
app.post('/student-create', async (request, reply) => {
  const uuid = randomUUID()
  insert.run(uuid, JSON.stringify(request.body), Date.now())
  return reply.code(202).send({ uuid })
})
process.once('SIGTERM', () => void app.close().then(() => process.disconnect()))
const url = await app.listen({ host: '127.0.0.1', port: 0 })
process.send?.(url)
