import { defineConfig } from '@playwright/test';
import path from 'node:path';
import {
  chromiumEnvironment,
  chromiumPath,
  origin,
  reportFile,
  root,
  stores,
  workers,
} from './src/stage/environment.ts';

export default defineConfig({
  testDir: 'src',
  outputDir: path.join(root, 'test-results/browser'),
  timeout: 180_000,
  expect: { timeout: 60_000 },
  workers,
  retries: 0,
  reporter: [['list'], ...(reportFile === undefined ? [] : [['json', { outputFile: reportFile }] as const])],
  use: {
    baseURL: origin,
    locale: 'en-GB',
    // a trace would keep what was typed into the forms
    trace: 'off',
    launchOptions: {
      executablePath: chromiumPath,
      env: chromiumEnvironment,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-quic',
        '--disable-background-networking',
      ],
    },
  },
  webServer: stores.map((store) => ({
    command: 'exec node tools/start/main.mjs',
    cwd: root,
    url: `${store.origin}/readyz`,
    env: store.environment,
    reuseExistingServer: false,
    timeout: 300_000,
    stdout: 'ignore',
    stderr: 'pipe',
    gracefulShutdown: { signal: 'SIGTERM', timeout: 30_000 },
  })),
});
