import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@playwright/test';
import { freePort, root, storeEnvironmentOf } from '../stage/environment.ts';

export interface NewStore {
  readonly origin: string;
  readonly remove: () => Promise<void>;
}

/** A store in which nothing was done yet, beside the one that the other specs have filled. */
export const startNewStore = async (): Promise<NewStore> => {
  const dataDirectory = await mkdtemp(path.join(tmpdir(), 'secret-store-e2e-'));
  const port = freePort();
  const launcher = spawn(process.execPath, [path.join(root, 'tools/start/main.mjs')], {
    cwd: root,
    env: { ...storeEnvironmentOf({ port, dataDirectory }) },
    stdio: 'ignore',
  });
  const ended = once(launcher, 'exit');
  const origin = `http://127.0.0.1:${port}`;
  const remove = async () => {
    launcher.kill('SIGTERM');
    await ended;
    await rm(dataDirectory, { recursive: true, force: true });
  };
  const status = () => {
    if (launcher.exitCode !== null) throw new Error(`the new store ended with ${launcher.exitCode}`);
    return fetch(`${origin}/readyz`).then(
      ({ status }) => status,
      () => 0,
    );
  };
  await expect.poll(status, { message: 'the new store is ready', timeout: 150_000 }).toBe(200);
  return { origin, remove };
};
