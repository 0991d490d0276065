import { expect, test } from 'vitest'
import { processDiagram } from './diagram.ts'
import { catering } from './test-support/catering.ts'
import { shopping, sweeping } from './test-support/shopping.ts'

test('a table is drawn with every answer, look, giving up and cancelling, and told in rows', () => {
  expect(processDiagram(shopping)).toMatchInlineSnapshot(`
    "# shopping

    <!-- Generated from the process table by \`pnpm generate\`; edit the table, not this file. -->

    \`\`\`mermaid
    stateDiagram-v2
      [*] --> RESERVE
      RESERVE --> ORDER: reserved
      RESERVE --> FAILED: given up
      RESERVE --> UNDO_RESERVE: cancelled
      ORDER --> POLL_ORDER: ordered
      ORDER --> RESERVE: soldOut
      ORDER --> ORDER: not yet
      ORDER --> FAILED: given up
      ORDER --> UNDO_RESERVE: cancelled
      POLL_ORDER --> STORE: ready
      POLL_ORDER --> POLL_ORDER: not yet
      POLL_ORDER --> STORE: given up
      POLL_ORDER --> UNDO_ORDER: cancelled
      STORE --> COMPLETED: stored
      STORE --> COMPLETED: storedBare (partial)
      STORE --> FAILED: given up
      UNDO_ORDER --> UNDO_RESERVE: undone
      UNDO_ORDER --> FAILED: given up
      UNDO_RESERVE --> CANCELLED: undone
      UNDO_RESERVE --> FAILED: given up
    \`\`\`

    | state | worker | resource | tries | looks | timeout | when it fails for good |
    |---|---|---|---|---|---|---|
    | \`RESERVE\` | persist |  | 8, from 250ms × 2 to 1m, jittered |  | 60s | the run fails |
    | \`ORDER\` | create | shop | 3, from 2s × 3 to 5m, jittered | from 1s × 2 to 30s, at most 2h | 60s | the run fails |
    | \`POLL_ORDER\` | poll | shop | errors count as looks | from 250ms × 2 to 30s, at most 2h | 60s | goes on to \`STORE\` |
    | \`STORE\` | persist |  | 8, from 250ms × 2 to 1m, jittered |  | 60s | the run fails |
    | \`UNDO_ORDER\` | create | shop | 7, from 2s × 3 to 5m, jittered |  | 60s | the run fails |
    | \`UNDO_RESERVE\` | persist |  | 7, from 2s × 3 to 5m, jittered |  | 60s | the run fails |
    "
  `)
})

test('a ladder is told rung by rung', () => {
  expect(processDiagram(sweeping)).toContain('| after 15m, 1h, the last one repeating; at most 1d |')
})

test('a state that waits for a signal is told with what it waits for, and for how long', () => {
  const lines = processDiagram(catering).split('\n')
  expect(lines.filter((line) => line.includes('AWAIT_'))).toMatchInlineSnapshot(`
    [
      "  PLAN --> AWAIT_APPROVAL: planned",
      "  AWAIT_APPROVAL --> COOK: approved",
      "  AWAIT_APPROVAL --> CANCELLED: refused",
      "  AWAIT_APPROVAL --> EXCUSE: deadline passed",
      "  AWAIT_APPROVAL --> UNDO_PLAN: cancelled",
      "  COOK --> AWAIT_APPROVAL: more",
      "  COOK --> AWAIT_DELIVERY: cooked",
      "  AWAIT_DELIVERY --> AWAIT_DELIVERY: part",
      "  AWAIT_DELIVERY --> COMPLETED: whole",
      "  AWAIT_DELIVERY --> FAILED: deadline passed",
      "| \`AWAIT_APPROVAL\` | sync |  | errors count as looks | until the signal \`approval\` is sent; at most 24h | 60s | goes on to \`EXCUSE\` |",
      "| \`AWAIT_DELIVERY\` | persist |  | errors count as looks | until the signal \`delivery\` is sent, which may come early; at most 7d | 60s | the run fails |",
    ]
  `)
})

test('a process whose input no replay may correct says so, and no other does', () => {
  const sentence = 'A replay repeats its input as it stands, and may not correct it.'
  expect(processDiagram({ ...catering, correctable: false }).split('\n')).toContain(sentence)
  expect(processDiagram(catering)).not.toContain(sentence)
})
