import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sweepDeadSockets } from './sweep-dead-sockets.ts';

test('files that a killed host left are removed; files that are in use or not ours stay', async () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'sweep-'));
  for (const name of ['own-dead', 'own-live', 'own-empty', 'own-file', 'other-dead'])
    mkdirSync(path.join(parent, name));
  writeFileSync(path.join(parent, 'own-file/plugin.mjs'), '');
  const server = createServer((socket) => socket.destroy());
  await once(server.listen(path.join(parent, 'own-live/0')), 'listening');
  const listen = (name: string) =>
    `require('net').createServer().listen(${JSON.stringify(path.join(parent, name, '0'))}, up);`;
  const script = `let left = 2; const up = () => { left -= 1; if (left === 0) process.kill(process.pid, 'SIGKILL'); }; ${listen('own-dead')} ${listen('other-dead')}`;
  await once(spawn(process.execPath, ['-e', script], { stdio: 'ignore' }), 'exit');
  expect(readdirSync(path.join(parent, 'own-dead'))).toEqual(['0']);
  try {
    await sweepDeadSockets(parent, 'own-');
    expect(readdirSync(parent).toSorted()).toEqual(['other-dead', 'own-empty', 'own-file', 'own-live']);
  } finally {
    server.close();
    rmSync(parent, { recursive: true });
  }
});
