import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { bundleProgram } from '@secret-store/bundle';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { descendantsOf } from '../testing/descendants.ts';
import { hasEnded } from '../testing/has-ended.ts';
import { isolations, sandboxDirectory } from '../testing/sandbox-modes.ts';
import { outlive } from './outlive.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const hostProgram = path.join(root, 'dist/test/plugin-host/host-process.mjs');

beforeAll(async () => {
  await bundleProgram('libs/plugin-host/src/testing/host-process.ts', hostProgram);
});

describe.each(isolations)('in $mode isolation a plugin does not outlive its host, although it', ({ mode }) => {
  test.each(outlive.attacks.map(({ name }) => name))('%s', async (name) => {
    const host = spawn(process.execPath, [hostProgram, sandboxDirectory, mode, name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(host.stdout, 'data');
    const plugins = descendantsOf(String(host.pid));
    expect(plugins.length).toBeGreaterThan(0);
    host.kill('SIGKILL');
    await once(host, 'exit');
    await vi.waitFor(() => expect(plugins.every(hasEnded)).toBe(true), { timeout: 60_000 });
  });
});
