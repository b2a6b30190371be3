// `npm run bench [-- NAME…]`: each figure next to its lower bound, measured in the same run.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { build, install, root } from '../workspace/workspace.mjs';

const wanted = process.argv.slice(2);
/** the backend's own benchmarks are beside its code */
const folders = ['dist/tools/bench', 'dist/apps/backend/bench'].map((folder) => path.join(root, folder));

if (install({ everything: true }) !== 0) process.exit(1);
if (build() !== 0) process.exit(1);

const files = folders.flatMap((folder) => readdirSync(folder).map((file) => path.join(folder, file)));
const benchmarks = new Map(
  files.filter((file) => file.endsWith('.mjs')).map((file) => [path.basename(file, '.mjs'), file]),
);
const known = [...benchmarks.keys()];
const unknown = wanted.filter((name) => !benchmarks.has(name));
if (unknown.length > 0) {
  console.error(`No benchmark is called ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  process.exit(64);
}

const tell = ({ what, value, unit, ratio }) =>
  console.log(`  ${what.padEnd(52)} ${value.padStart(12)} ${unit.padEnd(6)} ${ratio ?? ''}`.trimEnd());

for (const name of wanted.length > 0 ? wanted : known) {
  const { run } = await import(benchmarks.get(name));
  console.log(`\n${name}`);
  // a long one tells its figures as it gets them, the others at their end
  for (const figure of await run(tell)) tell(figure);
}
