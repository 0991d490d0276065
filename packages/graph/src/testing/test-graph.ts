import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type GraphUnderTest, startGraph } from './start-graph.ts'

/** The other side for the test file that calls this at its top: started before the first test, reset before each, ended after the last. */
export function testGraph(): GraphUnderTest {
  let graph: GraphUnderTest | null = null

  beforeAll(async () => {
    graph = await startGraph()
  })
  afterAll(() => graph?.simulator.close())
  beforeEach(() => graph?.reset())

  function started(): GraphUnderTest {
    if (!graph) throw new Error('testGraph() starts its simulator in beforeAll; use it in a test or in a later hook.')
    return graph
  }

  return {
    get simulator() {
      return started().simulator
    },
    get clock() {
      return started().clock
    },
    get sent() {
      return started().sent
    },
    config: (overrides) => started().config(overrides),
    directory: (overrides) => started().directory(overrides),
    upn: (username) => started().upn(username),
    reset: () => started().reset(),
    createAccount: (directory, account) => started().createAccount(directory, account),
    callsTo: (route) => started().callsTo(route),
  }
}
