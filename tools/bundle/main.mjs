// Bundles programs from a build target: main.mjs [--bundle-npm-packages [--external PACKAGE]…] [--sourcemap] ENTRY OUTFILE [ENTRY OUTFILE]…
// A program whose OUTFILE ends with .cjs is a quick one, whatever the options.
import { parseArgs } from 'node:util';
import { bundleProgram } from './bundle-program.mjs';
import { bundleQuickProgram } from './quick-program.mjs';

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

for (let at = 0; at < positionals.length; at += 2) {
  const [entry, outfile] = positionals.slice(at, at + 2);
  await (outfile.endsWith('.cjs') ? bundleQuickProgram(entry, outfile) : bundleProgram(entry, outfile, options));
}
