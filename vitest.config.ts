import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/test/longest-first.ts';

// What developers have set for a store of their own is not the tests'.
for (const name of Object.keys(process.env))
  if (/^(SECRET_STORE_|DATABASE_URL$|PG[A-Z]+$)/.test(name)) delete process.env[name];

const notTests = ['**/node_modules/**', '**/store-e2e/**', '**/.next/**', '**/dist/**'];

/**
 * Loading what these test takes longer than most of them, so a process runs several of the files with the modules that it has
 * loaded. The modules hold no state but caches by what they were given, and the files leave the process as they found it. The
 * others change it, watch its children, or run for so long that loading does not count.
 */
const together = [
  'apps/{admin-panel,backend,worker-node}/**/*.spec.{ts,tsx}',
  'libs/{api,provider-*,sealing}/**/*.spec.ts',
];

// The long tests wait most of their time, for processes and for deadlines; vitest alone would leave one core out. Of the whole
// run: projects with the same number share it.
const maxWorkers = Math.ceil(availableParallelism() * 1.5);

/** What vitest takes from each project alone. */
const project = {
  // the panel's `@/`
  resolve: { tsconfigPaths: true },
  test: {
    // generous, for machines that are slow or busy: only a test that fails ever waits so long
    testTimeout: 120_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers,
  },
};

export default defineConfig({
  test: {
    globalSetup: ['./libs/db/src/testing/global-setup.ts'],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        ...project,
        test: {
          ...project.test,
          name: 'together',
          include: together,
          exclude: notTests,
          isolate: false,
          setupFiles: ['./tools/test/leave-nothing.ts'],
        },
      },
      {
        ...project,
        test: {
          ...project.test,
          name: 'alone',
          include: ['**/*.spec.{ts,tsx}'],
          exclude: [...notTests, ...together],
        },
      },
    ],
  },
});
