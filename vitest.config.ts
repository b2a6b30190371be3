import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/test/longest-first.ts';

// What developers have set for a store of their own is not the tests'.
for (const name of Object.keys(process.env))
  if (/^(SECRET_STORE_|DATABASE_URL$|PG[A-Z]+$)/.test(name)) delete process.env[name];

export default defineConfig({
  // the panel's `@/`
  resolve: { tsconfigPaths: true },
  test: {
    include: ['**/*.spec.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/store-e2e/**', '**/.next/**', '**/dist/**'],
    globalSetup: ['./libs/db/src/testing/global-setup.ts'],
    // the long tests wait most of their time, for processes and for deadlines; vitest alone would leave one core out
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    sequence: { sequencer: LongestFirst },
    // generous, for machines that are slow or busy: only a test that fails ever waits so long
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
