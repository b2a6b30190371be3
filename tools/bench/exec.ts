// Times `exec … -- true` beside `true` alone, with a worker in this process that answers at once.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const name = 'exec';

const runs = 40;
const root = path.resolve(import.meta.dirname, '../../..');
const answer = JSON.stringify({ environment: { MYSQL_PASSWORD: 'a value' }, strict: false });

const milliseconds = async (
  program: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<number> => {
  const started = performance.now();
  const child = spawn(program, words, { env: environment, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${program} ${words.join(' ')} ended with ${String(code)}`);
  return performance.now() - started;
};

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The four take turns, so that load on the machine affects them equally. */
const measure = async (dataDirectory: string) => {
  const environment = { PATH: process.env.PATH, SECRET_STORE_DATA_DIR: dataDirectory };
  const sandbox = [
    '--unshare-user',
    '--unshare-pid',
    '--dev-bind',
    '/',
    '/',
    '--proc',
    '/proc',
    '--cap-drop',
    'ALL',
    '--',
    'true',
  ];
  const commands = {
    bare: ['true'],
    node: [process.execPath, '-e', '0'],
    sandbox: ['bwrap', ...sandbox],
    exec: [path.join(root, 'tools/secret-store'), 'exec', 'demo/hello', '--', 'true'],
  };
  const times = { bare: [0], node: [0], sandbox: [0], exec: [0] };
  for (const key of ['bare', 'node', 'sandbox', 'exec'] as const) {
    const [program = '', ...words] = commands[key];
    await milliseconds(program, words, environment); // reads the files into the page cache
    times[key] = [];
  }
  for (let run = 0; run < runs; run += 1) {
    for (const key of ['bare', 'node', 'sandbox', 'exec'] as const) {
      const [program = '', ...words] = commands[key];
      times[key].push(await milliseconds(program, words, environment));
    }
  }
  return {
    bare: median(times.bare),
    node: median(times.node),
    sandbox: median(times.sandbox),
    exec: median(times.exec),
  };
};

export const run = async () => {
  const dataDirectory = mkdtempSync(path.join(tmpdir(), 'secret-store-bench-'));
  mkdirSync(path.join(dataDirectory, 'worker'));
  const daemon = createServer({ allowHalfOpen: true }, (socket) => socket.once('data', () => socket.end(answer)));
  try {
    daemon.listen(path.join(dataDirectory, 'worker/worker.sock'));
    await once(daemon, 'listening');
    const { bare, node, sandbox, exec } = await measure(dataDirectory);
    const row = (what: string, value: number, ratio: string) => ({ what, value: value.toFixed(1), unit: 'ms', ratio });
    return [
      row('true alone', bare, 'the floor'),
      row('an empty node program', node, 'what exec cannot do without'),
      row('true in bubblewrap', sandbox, 'what exec cannot do without'),
      row(
        'exec demo/hello -- true',
        exec,
        `${(exec / (node + sandbox)).toFixed(2)} × node and bubblewrap, ${(exec / bare).toFixed(0)} × true`,
      ),
    ];
  } finally {
    daemon.close();
    rmSync(dataDirectory, { recursive: true });
  }
};
