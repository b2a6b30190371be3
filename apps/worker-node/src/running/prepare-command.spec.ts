import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { cachesName } from '../sandbox/kept-cache.ts';
import { ExecStage } from '../testing/exec-stage.ts';

const stage = new ExecStage('prepare-command', '/var/tmp');

const workerNames = (caches: string): void => {
  const state = path.join(stage.dataDirectory, 'worker/state');
  mkdirSync(state, { recursive: true });
  writeFileSync(path.join(state, 'out-of-sight.json'), JSON.stringify({ secretFolders: [], tlsKey: null, caches }));
};

test('a command keeps its cache where its worker says, and an earlier worker, which does not say, has the same place', async () => {
  const home = path.join(stage.elsewhere, 'home');
  mkdirSync(home);
  const options = { environment: { ...stage.environment(), HOME: home } };
  const keep = ['sh', '-c', 'ls ~/.cache; echo kept > ~/.cache/file'];
  expect((await stage.exec(keep, options)).stdout.toString()).toBe('');
  workerNames(await cachesName(path.join(stage.dataDirectory, 'worker')));
  expect((await stage.exec(keep, options)).stdout.toString()).toBe('file\n');
  workerNames('another');
  expect((await stage.exec(keep, options)).stdout.toString()).toBe('');
  expect(readdirSync(path.join(home, '.cache/secret-store'))).toContain('another');
});

test('a command is not started where its worker’s word on what it must not see is damaged', async () => {
  workerNames('caches');
  writeFileSync(path.join(stage.dataDirectory, 'worker/state/out-of-sight.json'), '{"secretFolders":');
  const { code, stdout, stderr } = await stage.exec(['echo', 'started']);
  expect({ code, stdout: stdout.toString() }).toEqual({ code: 78, stdout: '' });
  expect(stderr).toMatch(/out-of-sight\.json cannot be read: restart the worker/);
});

test('exec loads no part of Node that takes long and that it does not need', async () => {
  const hook = path.join(stage.elsewhere, 'hook.cjs');
  const listed = path.join(stage.elsewhere, 'loaded.json');
  writeFileSync(
    hook,
    `process.on('exit', () => require('node:fs').writeFileSync('${listed}', JSON.stringify(process.moduleLoadList)))`,
  );
  workerNames('caches');
  const { code } = await stage.exec(['true'], {
    environment: { ...stage.environment(), NODE_OPTIONS: `--require=${hook}` },
  });
  expect(code).toBe(0);
  const loaded = new Set(JSON.parse(readFileSync(listed, 'utf8')));
  expect(loaded).toContain('NativeModule net');
  const unneeded = ['crypto', 'http', 'fs/promises', 'perf_hooks', 'tls', 'tty', 'worker_threads'];
  expect(unneeded.filter((name) => loaded.has(`NativeModule ${name}`))).toEqual([]);
});
