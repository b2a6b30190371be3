import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/** Packages of this repository are source and always bundled; the others stay imports. */
const npmPackagesStayImports = {
  name: 'npm-packages-stay-imports',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) =>
      kind === 'entry-point' || name.startsWith('@secret-store/') ? undefined : { path: name, external: true },
    ),
};

/** CommonJS packages call `require`, which an ESM file lacks. */
const requireBanner =
  "import { createRequire as createRequireOfNode } from 'node:module';\nconst require = createRequireOfNode(import.meta.url);";

const optionsFor = (entry, { npmPackages = 'imported', external = [], sourcemap = false } = {}) => ({
  absWorkingDir: root,
  entryPoints: [path.resolve(root, entry)],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  legalComments: 'none',
  logLevel: 'warning',
  external: [...external],
  sourcemap,
  write: false,
  plugins: npmPackages === 'imported' ? [npmPackagesStayImports] : [],
  banner: npmPackages === 'imported' ? {} : { js: requireBanner },
});

export const bundleText = async (entry, options) => {
  const { outputFiles } = await build(optionsFor(entry, options));
  return outputFiles[0].text;
};

export const bundleProgram = async (entry, outfile, options) => {
  const target = path.resolve(root, outfile);
  const { outputFiles } = await build({ ...optionsFor(entry, options), outfile: target });
  await mkdir(path.dirname(target), { recursive: true });
  for (const { path: file, contents } of outputFiles) {
    const unfinished = `${file}.${process.pid}-${performance.now()}`;
    await writeFile(unfinished, contents);
    await rename(unfinished, file);
  }
  return target;
};
