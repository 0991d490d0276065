import { fiveStateHandlers, fiveStates } from './five-states.ts'
import { runEngine } from './run-engine.ts'

await runEngine({ process: fiveStates, handlers: () => fiveStateHandlers, inputOf: (index) => ({ id: `subject-${index}` }) })
