// Makes the package that authors of providers install: dist/packages/provider-sdk, and the same as npm packs it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(import.meta.dirname, '../..');

/** Answers where the package's folder and its tarball are. */
export const buildPackage = (outDirectory = path.join(root, 'dist/packages')) => {
  const directory = path.join(outDirectory, 'provider-sdk');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  emit(directory);
  writeFileSync(path.join(directory, 'package.json'), `${JSON.stringify(publishedManifest(), null, 2)}\n`);
  copyFileSync(path.join(import.meta.dirname, 'README.md'), path.join(directory, 'README.md'));
  copyFileSync(path.join(root, 'LICENSE'), path.join(directory, 'LICENSE'));
  return { directory, tarball: path.join(outDirectory, pack(directory, outDirectory)) };
};

/** In the repository the exports lead to the sources; in the package, to what is made of them. */
const publishedManifest = () => {
  const {
    devDependencies: _devDependencies,
    exports,
    ...manifest
  } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'package.json'), 'utf8'));
  const published = Object.entries(exports).map(([name, source]) => [name, publishedExport(source)]);
  return { ...manifest, exports: Object.fromEntries(published) };
};

const publishedExport = (source) => {
  if (!source.endsWith('.ts')) return source;
  const built = source.replace('./src/', './').replace(/\.ts$/, '');
  return { types: `${built}.d.ts`, default: `${built}.js` };
};

/** Types are checked elsewhere; a start of the store has no vitest to check against. */
const emit = (directory) => {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const project = path.join(import.meta.dirname, 'tsconfig.package.json');
  execFileSync(process.execPath, [compiler, '-p', project, '--noCheck', '--outDir', directory], {
    stdio: ['ignore', 2, 2],
  });
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue;
    const file = path.join(directory, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/(from '\.{1,2}\/[^']+)\.ts'/g, "$1.js'"));
  }
};

const pack = (directory, outDirectory) => {
  const options = ['pack', '--json', '--ignore-scripts', '--offline', '--pack-destination', outDirectory];
  const [packed] = JSON.parse(
    execFileSync('npm', options, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 2] }),
  );
  return packed.filename.replace(/^@/, '').replace('/', '-');
};

if (process.argv[1] === fileURLToPath(import.meta.url)) buildPackage(process.argv[2]);
