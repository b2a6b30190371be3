// `npm run bench [-- NAME…]`: each figure next to its lower bound, measured in the same run.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { build, install, root } from '../workspace/workspace.mjs';

const wanted = process.argv.slice(2);
const folder = path.join(root, 'dist/tools/bench');

if (install({ everything: true }) !== 0) process.exit(1);
if (build() !== 0) process.exit(1);

const known = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => path.basename(file, '.mjs'));
const unknown = wanted.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark is called ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(64);
}

for (const name of wanted.length > 0 ? wanted : known) {
  const { run } = await import(path.join(folder, `${name}.mjs`));
  console.log(`\n${name}`);
  for (const { what, value, unit, ratio } of await run()) {
    console.log(`  ${what.padEnd(52)} ${value.padStart(12)} ${unit.padEnd(6)} ${ratio ?? ''}`.trimEnd());
  }
}
