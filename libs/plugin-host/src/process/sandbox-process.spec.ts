import { ChildProcess, type spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { defaultLimits } from '../isolation/plugin-limits.ts';
import { hasEnded } from '../testing/has-ended.ts';
import { isolations, recordingLog, sandboxDirectory } from '../testing/sandbox-modes.ts';
import { SandboxProcess, type SandboxProcessOptions } from './sandbox-process.ts';

const spawned = vi.hoisted((): { instead: ChildProcess | null } => ({ instead: null }));
vi.mock(import('node:child_process'), async (original) => {
  const real = await original();
  // of its many forms the one that is used here
  const replaced = ((...parameters: Parameters<typeof spawn>) =>
    spawned.instead ?? real.spawn(...parameters)) as typeof spawn;
  return { ...real, spawn: replaced };
});
vi.mock(import('./sweep-dead-sockets.ts'), () => ({ sweepDeadSockets: () => new Promise<void>(() => {}) }));

const [isolation] = isolations;
if (isolation === undefined) throw new Error('there is no isolation');

const processOf = (options: Partial<SandboxProcessOptions>): SandboxProcess =>
  new SandboxProcess({
    ...{ providerId: 'provider-1', source: Buffer.from(''), destinations: [], configured: new Set<string>() },
    ...{ isolation, sandboxDirectory, log: recordingLog(), limits: defaultLimits, ...options },
  });

const begin = (started: SandboxProcess): Promise<unknown> => {
  const message = { factoryClassName: 'TestFactory', configurationKeys: [], create: true, readsOnly: true };
  return started.start(message, new Map()).catch((error: unknown) => error);
};

test('a start fails at its deadline also while a file system hangs', async () => {
  const limits = { ...defaultLimits, deadlineMilliseconds: 100 };
  expect(await begin(processOf({ destinations: ['vault.test:443'], limits }))).toMatchObject({ reason: 'timed-out' });
});

test('a process that could not be spawned for want of descriptors is sent no signal: all of our process group would get it', async () => {
  // as Node leaves it on EMFILE: without an id and without streams, but with a handle
  const child = new ChildProcess();
  const kill = vi.spyOn(child, 'kill').mockReturnValue(true);
  const killAny = vi.spyOn(process, 'kill').mockReturnValue(true);
  onTestFinished(() => killAny.mockRestore());
  process.nextTick(() => child.emit('error', new Error('spawn EMFILE')));
  spawned.instead = child;
  onTestFinished(() => void (spawned.instead = null));
  expect(await begin(processOf({}))).toMatchObject({ reason: 'not-started' });
  expect(kill).not.toHaveBeenCalled();
  expect(killAny).not.toHaveBeenCalled();
});

test('what bubblewrap has begun ends with it, also before it does so by itself', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'sandbox-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const bubblewrap = path.join(directory, 'bwrap');
  const begun = path.join(directory, 'begun');
  writeFileSync(bubblewrap, `#!/bin/sh\nsleep 3600 & echo $! > ${begun}\nwait\n`, { mode: 0o700 });
  const sandbox = processOf({ isolation: { ...isolation, programs: { ...isolation.programs, bubblewrap } } });
  const starting = begin(sandbox);
  const pid = await vi.waitFor(() => readFileSync(begun, 'utf8').trim() || Promise.reject(new Error('not begun')));
  await sandbox.close();
  expect(await starting).toMatchObject({ reason: 'closed' });
  await vi.waitFor(() => expect(hasEnded(pid)).toBe(true));
});
