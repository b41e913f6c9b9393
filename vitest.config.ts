import { defineConfig } from 'vitest/config';

/** Tests that put a clock of their own in the place of the runtime's, before anything else loads it. */
const FAKED = [
  'test/core/net/{rate-limit,token-keeper}.test.ts',
  'test/core/runtime/{connections,drivers}/**/*.test.ts',
];

/** Tests that look at what is left open in their process. */
const ALONE = ['test/chaos/**/*.test.ts', 'test/core/cli/certify*.test.ts', 'test/core/net/web-socket.test.ts'];

export default defineConfig({
  test: {
    environment: 'node',
    // Node itself loads what is tested, as in a run; rewritten by Vite it would take twice as long.
    experimental: { viteModuleRunner: false },
    globalSetup: './test/helpers/temp-folder.ts',
    // Processes, not threads: tests open SQLite files and send signals.
    pool: 'forks',
    // One more than the usual two cores: many tests wait for a process, a socket or a second of a market.
    maxWorkers: 3,
    // On a busy machine the slowest takes 20 s: it starts four programs, one after the other.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What a test prints is shown only when it fails.
    silent: 'passed-only',
    // Half of the time went into loading the same modules once per file.
    isolate: false,
    projects: [
      { extends: true, test: { name: 'faked', include: FAKED } },
      { extends: true, test: { name: 'alone', include: ALONE, isolate: true } },
      { extends: true, test: { name: 'together', include: ['test/**/*.test.ts'], exclude: [...FAKED, ...ALONE] } },
    ],
  },
});
