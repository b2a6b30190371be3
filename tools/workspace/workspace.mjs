// Uses only Node built-ins: this runs before node_modules exists.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isUpToDate, unlessUpToDate } from './fingerprint.mjs';

export const root = path.resolve(import.meta.dirname, '../..');

const quiet = {
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NEXT_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  CHECKPOINT_DISABLE: '1',
};

const optionsOf = ({ environment = {}, stdio = 'inherit' }) => ({
  cwd: root,
  stdio,
  env: { ...process.env, ...quiet, ...environment },
});

/** Starts a program in the workspace's root; returns its process. */
export const begin = (program, args, options = {}) => spawn(program, args, optionsOf(options));

/** Runs a program in the workspace's root with its streams inherited; returns its exit code. */
export const run = (program, args, options = {}) => {
  const result = spawnSync(program, args, optionsOf(options));
  if (result.error) throw result.error;
  return result.status ?? 1;
};

export const nx = (...args) => run(path.join(root, 'node_modules/.bin/nx'), args);

const installedMark = path.join(root, 'node_modules/.installed');

const lockedVersions = () =>
  createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .update(`${process.version} ${process.platform} ${process.arch}`)
    .digest('hex');

/**
 * Installs the packages of the lock file unless they are installed: `everything`, or only what a start needs to build and
 * run, which takes half the time.
 */
export const install = ({ everything }) => {
  const versions = lockedVersions();
  const [whole, lean] = [`everything ${versions}`, `what a start needs ${versions}`];
  const installed = existsSync(installedMark) ? readFileSync(installedMark, 'utf8') : '';
  if (installed === whole || (installed === lean && !everything)) return 0;
  process.stderr.write('Installing dependencies (about a minute, this once)…\n');
  const extent = everything ? [] : ['--omit=dev'];
  const status = run('npm', ['ci', ...extent, '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
  });
  if (status === 0) writeFileSync(installedMark, everything ? whole : lean);
  return status;
};

const fromRoot = (...names) => names.map((name) => path.join(root, name));

const whatBuildsMake = () => ({
  tools: readFileSync(installedMark, 'utf8'),
  sources: fromRoot(
    'apps',
    'libs',
    'tools',
    'prisma',
    'nx.json',
    'package.json',
    'package-lock.json',
    'tsconfig.base.json',
    'LICENSE',
  ),
  outputs: fromRoot(
    'dist/apps',
    'dist/libs',
    'dist/packages',
    'dist/plugins',
    'dist/tools',
    'dist/worker',
    'apps/admin-panel/.next/BUILD_ID',
    'libs/db/src/generated',
  ),
  mark: path.join(root, 'dist/.built'),
  madeByBuilds: new Set(['.next', 'generated', 'next-env.d.ts', 'node_modules']),
});

/** Builds everything, unless that is up to date: nx alone would take longer to find out than a start may take. */
export const build = () =>
  unlessUpToDate(whatBuildsMake(), () => nx('run-many', '-t', 'build', '--outputStyle=static'));

/** Whether what the last build made is there, unchanged, and of these sources. */
export const isBuilt = () => isUpToDate(whatBuildsMake());

/**
 * Takes the kernel's advisory lock on a file and holds it until this process ends, however it ends: `flock` locks the
 * open file description that it shares with us. True when it is ours.
 */
export const lockFile = (file, { wait = false } = {}) => {
  const descriptor = openSync(file, existsSync(file) ? 'r' : 'a', 0o600);
  const result = spawnSync('flock', [wait ? '--exclusive' : '--nonblock', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  if (result.error)
    throw new Error('Secret Store needs the program flock to start: install the package util-linux.', {
      cause: result.error,
    });
  if (result.status === 0) return { release: () => closeSync(descriptor) };
  closeSync(descriptor);
  return null;
};
