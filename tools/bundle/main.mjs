// Bundles programs from a build target: main.mjs [--bundle-npm-packages [--external PACKAGE]…] [--sourcemap] ENTRY OUTFILE [ENTRY OUTFILE]…
import { parseArgs } from 'node:util';
import { bundleProgram } from './bundle-program.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'bundle-npm-packages': { type: 'boolean' },
    external: { type: 'string', multiple: true },
    sourcemap: { type: 'boolean' },
  },
});
const options = {
  npmPackages: values['bundle-npm-packages'] ? 'bundled' : 'imported',
  external: values.external ?? [],
  sourcemap: values.sourcemap ?? false,
};

for (let at = 0; at < positionals.length; at += 2) await bundleProgram(positionals[at], positionals[at + 1], options);
