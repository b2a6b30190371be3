import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './workspace.mjs';

let checkout: string;

/** A copy of the checkout with its own workspace packages; all other packages are linked. */
beforeAll(() => {
  checkout = realpathSync(mkdtempSync(path.join(tmpdir(), 'checkout-')));
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of files.split('\0').filter((name) => name !== '')) {
    cpSync(path.join(root, file), path.join(checkout, file), { recursive: true, force: true });
  }
  const modules = path.join(checkout, 'node_modules');
  mkdirSync(modules);
  const own = new Set(['@secret-store', '.cache']);
  for (const name of readdirSync(path.join(root, 'node_modules')).filter((entry) => !own.has(entry))) {
    symlinkSync(path.join(root, 'node_modules', name), path.join(modules, name));
  }
  cpSync(path.join(root, 'node_modules/@secret-store'), path.join(modules, '@secret-store'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  execFileSync('git', ['init', '--quiet'], { cwd: checkout });
  execFileSync('git', ['add', '--all'], { cwd: checkout });
  const author = {
    GIT_AUTHOR_NAME: 'test',
    GIT_AUTHOR_EMAIL: 'test@example.org',
    GIT_COMMITTER_NAME: 'test',
    GIT_COMMITTER_EMAIL: 'test@example.org',
  };
  execFileSync('git', ['commit', '--quiet', '--message', 'as it is'], {
    cwd: checkout,
    env: { ...process.env, ...author },
  });
});
afterAll(() => {
  rmSync(checkout, { recursive: true, force: true });
  rmSync(`${checkout}-output`, { force: true });
});

const nx = (...words: string[]) => {
  // into a file: a pipe would be waited for as long as any process that nx has left behind holds it
  const file = `${checkout}-output`;
  const output = openSync(file, 'w');
  const { status } = spawnSync(path.join(checkout, 'node_modules/.bin/nx'), words, {
    cwd: checkout,
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      NX_DAEMON: 'false',
      NX_TUI: 'false',
      NX_NO_CLOUD: 'true',
      NX_WORKSPACE_ROOT_PATH: checkout,
      FORCE_COLOR: '0',
    },
  });
  closeSync(output);
  return { status, output: readFileSync(file, 'utf8') };
};

const fromCache = (output: string) =>
  [...output.matchAll(/> nx run (\S+)\s+\[(?:local cache|existing outputs match the cache[^\]]*)\]/g)].map(
    ([, task]) => task,
  );

describe('an edit in a library', () => {
  test('reaches the bundle of the program that imports it, and rebuilds nothing else', () => {
    const first = nx('run', 'worker-node:build', '--outputStyle=stream');
    expect(first.output).toContain('Successfully ran target build');
    appendFileSync(path.join(checkout, 'libs/sealing/src/index.ts'), "console.log('planted in sealing');\n");
    const second = nx('run', 'worker-node:build', '--outputStyle=stream');
    expect(second.output).toContain('Successfully ran target build');
    expect(readFileSync(path.join(checkout, 'dist/apps/worker-node/main.mjs'), 'utf8')).toContain('planted in sealing');
    expect(fromCache(second.output).toSorted()).toEqual(['plugin-host:build', 'provider-sdk:build']);
  });

  test('affects only the projects that import it', () => {
    const { output } = nx('show', 'projects', '--affected', '--uncommitted', '--json');
    expect(JSON.parse(output).toSorted()).toEqual(['admin-panel', 'backend', 'cli', 'sealing', 'tools', 'worker-node']);
  });

  test('that breaks a type fails the type check of the projects that import it', () => {
    expect(nx('run', 'provider-internal:typecheck').status).toBe(0);
    const file = path.join(checkout, 'libs/provider-sdk/src/simple-secret.ts');
    writeFileSync(file, readFileSync(file, 'utf8').replace('ttl = 0', "ttl: 'never'"));
    const { status, output } = nx('run', 'provider-internal:typecheck');
    expect(output).not.toContain('local cache');
    expect(status).not.toBe(0);
  });
});
