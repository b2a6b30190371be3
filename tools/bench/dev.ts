// Times `npm run dev` in a clone: from a saved line to its effect, for a library, a route and a page.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../start/free-port.ts';

/** of the bundle in dist/tools/bench, where this file runs */
const root = path.resolve(import.meta.dirname, '../../..');
const times = 3;
const pollMs = 10;

const until = async (done: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await done())) await delay(pollMs);
};

/** Saves a changed file, waits for the effect, and returns the seconds in between. */
const secondsToEffect = async (
  file: string,
  change: (source: string) => string,
  effect: () => Promise<boolean>,
): Promise<number> => {
  const source = readFileSync(file, 'utf8');
  const changed = change(source);
  if (changed === source) throw new Error(`${file} has no such line any more`);
  writeFileSync(file, changed);
  const saved = performance.now();
  await until(effect);
  return (performance.now() - saved) / 1000;
};

/** Returns one row for each kind of change. */
export const run = async () => {
  const clone = mkdtempSync(path.join(tmpdir(), 'secret-store-dev-'));
  execFileSync('git', ['clone', '--quiet', root, clone]);
  // links the same packages if the file system can; otherwise npm run dev installs them
  if (spawnSync('cp', ['-al', path.join(root, 'node_modules'), clone], { stdio: 'ignore' }).status !== 0) {
    rmSync(path.join(clone, 'node_modules'), { recursive: true, force: true });
  }
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const dev = spawn(process.execPath, ['tools/dev/main.mjs'], {
    cwd: clone,
    env: {
      ...process.env,
      SECRET_STORE_PORT: String(port),
      SECRET_STORE_DATA_DIR: path.join(clone, '.secret-store-dev'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    let output = '';
    dev.stdout.on('data', (chunk) => (output += String(chunk)));
    dev.stderr.on('data', (chunk) => (output += String(chunk)));
    const textOf = (where: string) =>
      fetch(`${origin}${where}`).then(
        (answer) => answer.text(),
        () => '',
      );
    const started = performance.now();
    await until(() => {
      if (dev.exitCode !== null) throw new Error(`npm run dev ended: ${output}`);
      return output.includes('Ctrl-C');
    });
    const startSeconds = (performance.now() - started) / 1000;
    const settled = async () => {
      await until(async () => (await textOf('/readyz')).includes('"ready"'));
    };

    const inClone = (file: string) => path.join(clone, file);
    const changes = {
      'a line of libs/sealing, in the backend and in the worker': (time: number) => {
        const words = `sealing ${time} runs`;
        const line = `process.stderr.write('${words.replace(' ', "' + ' ")}\\n');\n`;
        return secondsToEffect(
          inClone('libs/sealing/src/index.ts'),
          (source) => source + line,
          async () => output.split(words).length > 2 && (await textOf('/healthz')) !== '',
        );
      },
      'a line of a route': (time: number) =>
        secondsToEffect(
          inClone('apps/backend/src/http/system-routes.ts'),
          (source) => source.replace(/summary: 'Alive[^']*'/, `summary: 'Alive ${time}'`),
          async () => (await textOf('/openapi.json')).includes(`Alive ${time}`),
        ),
      'a line of a page': (time: number) =>
        secondsToEffect(
          inClone('apps/admin-panel/app/sign-in/page.tsx'),
          (source) => source.replace(/title: '[^']*'/, `title: 'Sign in ${time}'`),
          async () => (await textOf('/sign-in')).includes(`Sign in ${time}`),
        ),
    };
    const rows = [
      {
        what: 'npm run dev on a clone with its packages, to the first page',
        value: startSeconds.toFixed(1),
        unit: 's',
        ratio: '',
      },
    ];
    for (const [what, change] of Object.entries(changes)) {
      const seconds: number[] = [];
      for (let time = 1; time <= times; time += 1) {
        await settled();
        seconds.push(await change(time));
      }
      const [middle = 0] = seconds.toSorted((one, other) => one - other).slice(1);
      rows.push({
        what,
        value: middle.toFixed(2),
        unit: 's',
        ratio: seconds.map((each) => each.toFixed(2)).join(', '),
      });
    }
    return rows;
  } finally {
    if (dev.exitCode === null) {
      const ended = once(dev, 'exit');
      dev.kill('SIGTERM');
      await ended;
    }
    rmSync(clone, { recursive: true, force: true });
  }
};
