import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    globalSetup: './test/helpers/temp-folder.ts',
    // A process per file: tests load plugins, open SQLite files and send signals.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // What a test prints is shown only when it fails.
    silent: 'passed-only',
  },
});
