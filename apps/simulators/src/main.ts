import { startSimulators } from './start-simulators.ts'

try {
  const { graph, authorityFile } = await startSimulators(process.env)
  process.stdout.write(`Graph simulator ready at ${graph.url}/v1.0 (clients trust ${authorityFile})\n`)
  process.send?.('ready')
  const stop = async () => {
    await graph.close()
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
