import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProcessStore, stale, type TestSecret } from './testing/process-store.ts';

// docs/faults.md is the page about what these tests prove

let store: ProcessStore;
/** with the usual limit for outages, with one of a second, and with none */
let kept: TestSecret;
let short: TestSecret;
let never: TestSecret;

beforeAll(async () => {
  store = await ProcessStore.start();
  kept = await store.addSecret('kept', 'first');
  short = await store.addSecret('short', 'first', { stale_seconds: 1 });
  never = await store.addSecret('never', 'first', { stale_seconds: 0 });
});
afterAll(() => store.remove());

/** The panel shows that the worker has it. */
const ready = (secret: TestSecret, version = 1) =>
  expect.poll(() => store.shown(secret)).toMatchObject({ state: 'ready', version });

const acknowledged = async (secret: TestSecret, value: string): Promise<void> => {
  expect(await store.change(secret, value)).toMatchObject({ status: 200 });
};

/** What runs is the newest, and nothing is said of its age. */
const isCurrent = async (value: string, name = 'kept'): Promise<void> => {
  expect(await store.exec(name)).toMatchObject({ code: 0, value, said: '' });
};

/** What was known last runs, and as soon as a beat is missing its age is said. @returns what is said */
const isStale = async (...values: readonly string[]): Promise<string> => {
  for (;;) {
    const { code, value, said } = await store.exec('kept');
    expect([code, said]).toEqual([0, expect.stringMatching(said === '' ? /^$/ : stale)]);
    expect(values).toContain(value);
    if (said !== '') return said;
  }
};

const databaseIsAway = { status: 503, body: { error: { code: 6003 } } };

describe('a backend that is', () => {
  it('killed: commands go on with what is known, within the limit; what was acknowledged is there afterwards', async () => {
    await Promise.all([kept, short, never].map((secret) => ready(secret)));
    await acknowledged(kept, 'acknowledged');
    await store.backend.kill();
    const [, limited, refused, unknown, page] = await Promise.all([
      isStale('first', 'acknowledged'),
      store.exec('short'),
      store.exec('never'),
      store.exec('unknown'),
      store.call('GET', '/v1/admin/workers'),
    ]);
    expect(limited).toMatchObject({ code: 69, said: expect.stringMatching(/gave no answer.*may be used for 1 s/) });
    expect(refused).toMatchObject({ code: 69, said: expect.stringMatching(/limit for outages is 0/) });
    expect(unknown).toMatchObject({ code: 69, said: expect.stringMatching(/gave no answer: check that the store/) });
    expect(page.status).toBe(0);

    // also after a restart of the worker
    await store.worker.kill();
    await store.worker.start();
    await isStale('first', 'acknowledged');

    await store.backend.start();
    await isCurrent('acknowledged');
    await isCurrent('first', 'never');
    await ready(kept, 2);
  });

  it('hung: commands go on with what is known; what was sent to it is done when it goes on', async () => {
    store.backend.hold();
    const write = store.change(kept, 'sent while it hung');
    await isStale('acknowledged');
    store.backend.release();
    expect(await write).toMatchObject({ status: 200 });
    await isCurrent('sent while it hung');
    await ready(kept, 3);
  });
});

describe('a database that is', () => {
  it('killed: commands go on, and writes and pages are refused; what was acknowledged is there afterwards', async () => {
    await acknowledged(kept, 'before the kill');
    await store.database.kill();
    await store.database.backUp();
    await isStale('sent while it hung', 'before the kill');
    expect(await store.change(kept, 'never taken')).toMatchObject(databaseIsAway);
    expect(await store.call('GET', '/v1/admin/workers')).toMatchObject(databaseIsAway);
    expect(await store.call('GET', '/readyz')).toMatchObject({
      ...{ status: 503, body: { failing: expect.arrayContaining(['database']) } },
    });
    await store.database.start();
    await expect.poll(() => store.call('GET', '/v1/admin/workers')).toMatchObject({ status: 200 });
    await isCurrent('before the kill');
    await ready(kept, 4);
  });

  it('hung: the same, also for what was under way, which may have been done', async () => {
    store.database.hold();
    try {
      const underWay = store.change(kept, 'perhaps');
      await isStale('before the kill');
      expect(await underWay).toMatchObject(databaseIsAway);
      expect(await store.change(kept, 'never taken')).toMatchObject(databaseIsAway);
      store.database.release();
      await expect.poll(() => store.call('GET', '/v1/admin/workers')).toMatchObject({ status: 200 });
      await acknowledged(kept, 'after the hang');
      await isCurrent('after the hang');
    } finally {
      store.database.release();
    }
  });
});

describe('a worker', () => {
  it('that is killed and comes back: a command that waits for it begins then', async () => {
    await store.worker.kill();
    const waiting = store.exec('kept');
    await store.worker.start();
    expect(await waiting).toMatchObject({ code: 0, value: 'after the hang', said: '' });
  });

  // a file system of its own can be full
  it.runIf(process.getuid?.() === 0)(
    'whose disk is full refuses what is new, goes on with the rest, and says so',
    async () => {
      const state = store.folder('worker/state');
      await store.worker.end();
      cpSync(state, `${state}-before`, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=700', 'tmpfs', state]);
      try {
        cpSync(`${state}-before`, state, { recursive: true });
        await store.worker.start();
        // a version that only the new process can have, so that it has started and written all it writes then
        await acknowledged(kept, 'with room');
        const number = await store.versionOf(kept);
        await ready(kept, number);
        // a file that gets its name over another one makes room again: none is left to do so
        await expect.poll(() => readdirSync(state).filter((name) => name.endsWith('.new'))).toEqual([]);
        const filling = setInterval(() => fill(path.join(state, 'filled')), 10);
        try {
          fill(path.join(state, 'filled'));
          await acknowledged(kept, 'with a full disk');
          const refused = await store.exec('kept');
          expect(refused).toMatchObject({ code: 69, said: expect.stringMatching(/cannot write its state/) });
          await isCurrent('first', 'never');
          expect(await store.shown(kept)).toMatchObject({ state: 'behind', version: number });
        } finally {
          clearInterval(filling);
        }
        rmSync(path.join(state, 'filled'));
        await isCurrent('with a full disk');
        await ready(kept, number + 1);
      } finally {
        await store.worker.end();
        execFileSync('umount', [state]);
        await store.worker.start();
      }
    },
  );
});

/** Until nothing more fits. */
const fill = (file: string): void => {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(4_096), { flag: 'a' });
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
};

describe('a clock that is an hour', () => {
  const program = pathToFileURL(path.join(import.meta.dirname, 'testing/shifted-clock.mjs')).href;
  const shifted = (milliseconds: number) => ({
    NODE_OPTIONS: `--import=${program}`,
    TEST_CLOCK_SHIFT: String(milliseconds),
  });

  it.each([
    ['ahead on the worker and behind on the backend', 3_600_000],
    ['behind on the worker and ahead on the backend', -3_600_000],
  ])('%s: commands and changes are as usual, and ages are right', async (_, shift) => {
    await Promise.all([store.worker.kill(), store.backend.kill()]);
    await store.backend.start(shifted(-shift));
    await store.worker.start(shifted(shift));
    await acknowledged(kept, `shifted by ${shift}`);
    await isCurrent(`shifted by ${shift}`);
    expect(await store.workerState()).toBe('online');
    await store.backend.kill();
    expect(await isStale(`shifted by ${shift}`)).toMatch(/ \d+ s ago/);
  });
});

describe('a database that was restored from a backup', () => {
  it('is not used: commands go on with the last values until the root accepts it, and then have those of the backup', async () => {
    await Promise.all([store.worker.kill(), store.backend.kill()]);
    await Promise.all([store.worker.start(), store.backend.start()]);
    await acknowledged(kept, 'after the backup');
    await isCurrent('after the backup');
    await store.backend.end();
    await store.database.stop();
    await store.database.putBack();
    await store.database.start();
    const [code] = await once(store.backend.launch(), 'exit');
    expect(code).toBe(78);
    expect(store.backend.said).toMatch(/older than the one that this backend used last.*accept-restored-database/);
    await isStale('after the backup');

    await store.database.stop();
    const recoveryFile = store.folder('recovery/recovery-file.json');
    expect(await store.command('accept-restored-database', '--recovery-file', recoveryFile)).toMatchObject({ code: 0 });
    await store.database.start();
    await store.backend.start();
    await isCurrent('before the kill');
    await acknowledged(kept, 'on top of the backup');
    await isCurrent('on top of the backup');
  });
});
