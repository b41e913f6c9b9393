import { defineConfig } from 'vitest/config';

/** Tests of plain computation: no plugins loaded, no process, no clock that stays faked. They may share a process. */
const COMPUTING = [
  'analytics',
  'calendar',
  'config',
  'dbn',
  'domain',
  'errors',
  'indicators',
  'kernel',
  'streams',
  'tape',
  'volume',
].map((folder) => `test/core/${folder}/**/*.test.ts`);

export default defineConfig({
  test: {
    environment: 'node',
    globalSetup: './test/helpers/temp-folder.ts',
    pool: 'forks',
    // More than the usual two cores: many tests wait for a process, a socket or a second of a market.
    maxWorkers: 4,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // What a test prints is shown only when it fails.
    silent: 'passed-only',
    projects: [
      // Half of the time of these went into loading the same files once per test file.
      { extends: true, test: { name: 'computing', include: COMPUTING, isolate: false } },
      // A process per file: these load plugins, open SQLite files, fake clocks and send signals.
      { extends: true, test: { name: 'running', include: ['test/**/*.test.ts'], exclude: COMPUTING } },
    ],
  },
});
