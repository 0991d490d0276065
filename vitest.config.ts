import { defineConfig } from 'vitest/config'

// `unit` is everything that needs no process of its own; `e2e` and `faults` start the real fleet, one file at a time
// and only after everything else, since two cores are no place for two fleets.
export default defineConfig({
  test: {
    // How long `expect.poll` looks, where all is well but the machine is busy: a second may be too short.
    expect: { requireAssertions: true, poll: { timeout: 10_000 } },
    // Behind a proxy the client of Entra would ask it for the simulator on this machine.
    env: { NO_PROXY: 'localhost,127.0.0.1' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/**/*.test.ts',
            'apps/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
            'e2e/{soak,support}/**/*.test.ts',
          ],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 1 },
          include: ['e2e/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          sequence: { groupOrder: 2 },
          include: ['e2e/faults/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
