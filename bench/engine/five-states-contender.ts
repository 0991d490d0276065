import { contendWithEngine } from './contend-with-engine.ts'
import { fiveStateHandlers, fiveStates } from './five-states.ts'

await contendWithEngine({ process: fiveStates, handlers: () => fiveStateHandlers, inputOf: (index) => ({ id: `subject-${index}` }) })
