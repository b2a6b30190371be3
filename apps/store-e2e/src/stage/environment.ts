import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../../../..');

/** As a text: Node.js colors a number where the runner asks for colors. */
export const freePort = () =>
  execFileSync(process.execPath, [
    '-e',
    "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(String(s.address().port)); s.close(); })",
  ])
    .toString()
    .trim();

const temporaryDirectory = (): string => {
  const directory = mkdtempSync(path.join(tmpdir(), 'secret-store-e2e-'));
  // the runner ends after the store; a global teardown would remove a running database
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

/** One store for each worker of Playwright: the specs of one change what they all see. */
export const workers = 2;

interface Place {
  readonly port: string;
  readonly dataDirectory: string;
}

// the runner chooses once; its workers, which load this again, inherit the choice
const placeOf = (worker: number): Place => ({
  port: (process.env[`E2E_PORT_${worker}`] ??= freePort()),
  dataDirectory: (process.env[`E2E_DATA_DIR_${worker}`] ??= temporaryDirectory()),
});

const originOf = ({ port }: Place): string => `http://127.0.0.1:${port}`;
export const reportFile = process.env.PLAYWRIGHT_JSON_OUTPUT_FILE;
export const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const chromiumLibraries = process.env.CHROMIUM_LIBS;

export const administrator = {
  username: 'admin',
  password: 'correct-horse-battery-staple',
  apiKey: 'e2e-administrator-key-0123456789',
};

/** What developers have set for a store of their own is not the tests'. */
const ofAnotherStore = /^(SECRET_STORE_|DATABASE_URL$|PG[A-Z]+$)/;

const inherited = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || ofAnotherStore.test(name) ? [] : [[name, value]],
  ),
);

export const chromiumEnvironment = {
  ...inherited,
  ...(chromiumLibraries === undefined ? {} : { LD_LIBRARY_PATH: chromiumLibraries }),
};

export const storeEnvironmentOf = ({ port, dataDirectory }: Place) => ({
  ...inherited,
  SECRET_STORE_PORT: port,
  SECRET_STORE_DATA_DIR: dataDirectory,
  SECRET_STORE_ADMIN_USERNAME: administrator.username,
  SECRET_STORE_ADMIN_PASSWORD: administrator.password,
  SECRET_STORE_ADMIN_API_KEY: administrator.apiKey,
  SECRET_STORE_LOG_LEVEL: 'warn',
});

const places = Array.from({ length: workers }, (_, worker) => placeOf(worker));
export const stores = places.map((place) => ({ origin: originOf(place), environment: storeEnvironmentOf(place) }));

/** The store of the worker that loads this; in the runner, the first. */
const own = placeOf(Number(process.env.TEST_PARALLEL_INDEX ?? 0));
export const origin = originOf(own);
export const storeEnvironment = storeEnvironmentOf(own);
