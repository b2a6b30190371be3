import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { root, writeWhole } from './output.mjs';

/** A function of what Node has: an expression, so that the whole file is compiled as one script. */
const wrapper = { banner: { js: '(function (require, __dirname) {' }, footer: { js: '})' } };

const bundle = async (entry) => {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path.resolve(root, entry)],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    charset: 'ascii',
    alias: { 'node:path': path.join(import.meta.dirname, 'quick-path.mjs') },
    define: { 'import.meta.dirname': '__dirname' },
    supported: { 'dynamic-import': false },
    ...wrapper,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  return outputFiles[0].text;
};

const compile = async (source) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'secret-store-compile-'));
  try {
    const file = path.join(folder, 'program.js');
    await writeFile(file, source);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [path.join(import.meta.dirname, 'compile-program.cjs'), file],
      { encoding: 'buffer', env: {}, maxBuffer: 64 * 1024 * 1024 },
    );
    return stdout;
  } finally {
    await rm(folder, { recursive: true });
  }
};

export const bundleQuickProgram = async (entry, outfile) => {
  const target = path.resolve(root, outfile);
  const source = await bundle(entry);
  const compiled = await compile(source);
  const contents = Buffer.concat([Buffer.from(`${source.length}\n`), Buffer.from(source, 'latin1'), compiled]);
  const starter = await readFile(path.join(import.meta.dirname, 'start-quick-program.cjs'));
  await writeWhole([
    { path: target.replace(/\.cjs$/, '.program'), contents },
    { path: target, contents: starter },
  ]);
  return target;
};
