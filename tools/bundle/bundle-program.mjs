import path from 'node:path';
import { decode, encode } from '@jridgewell/sourcemap-codec';
import { build, context } from 'esbuild';
import { root, writeWhole } from './output.mjs';

export { bundleQuickProgram } from './quick-program.mjs';

/** Packages of this repository are sources and always bundled; other packages stay imports. */
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
  sourcesContent: false,
  write: false,
  plugins: npmPackages === 'imported' ? [npmPackagesStayImports] : [],
  banner: npmPackages === 'imported' ? {} : { js: requireBanner },
});

export const bundleText = async (entry, options) => {
  const { outputFiles } = await build(optionsFor(entry, options));
  return outputFiles[0].text;
};

/**
 * Without the lines of npm packages, which Node would have to read at each start: their frames name the bundle. A module
 * begins on a line of its own, so the first segment tells whose line it is.
 */
const mapOfOurSources = (text) => {
  const map = JSON.parse(text);
  const isOurs = map.sources.map((source) => !source.includes('node_modules/'));
  const lines = decode(map.mappings).map((line) => (line.length > 0 && !isOurs[line[0][1]] ? [[0]] : line));
  return JSON.stringify({ ...map, mappings: encode(lines) });
};

const withMapOfOurSources = ({ path: file, text, contents }) => ({
  path: file,
  contents: file.endsWith('.map') ? mapOfOurSources(text) : contents,
});

export const bundledSources = async (entry, options) => {
  const { metafile } = await build({ ...optionsFor(entry, options), metafile: true });
  return Object.keys(metafile.inputs);
};

export const bundleProgram = async (entry, outfile, options) => {
  const target = path.resolve(root, outfile);
  const { outputFiles } = await build({ ...optionsFor(entry, options), outfile: target });
  await writeWhole(outputFiles.map(withMapOfOurSources));
  return target;
};

export const watchProgram = async (entry, outfile, { onChange, onFailure, ...options }) => {
  const buildOptions = { ...optionsFor(entry, options), outfile: path.resolve(root, outfile) };
  let hashes = null;
  let firstBuilt;
  const built = new Promise((resolve) => (firstBuilt = resolve));
  const afterEachBuild = {
    name: 'after-each-build',
    setup: ({ onEnd }) =>
      onEnd(async ({ errors, outputFiles }) => {
        if (errors.length > 0) {
          onFailure();
          return;
        }
        const before = hashes;
        hashes = outputFiles.map(({ hash }) => hash).join(' ');
        if (hashes === before) return;
        await writeWhole(outputFiles);
        if (before === null) firstBuilt();
        else onChange();
      }),
  };
  const watching = await context({ ...buildOptions, plugins: [...buildOptions.plugins, afterEachBuild] });
  await watching.watch();
  await built;
  return { stop: () => watching.dispose() };
};
