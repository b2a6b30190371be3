// Builds the pages and completes the standalone server, which Next leaves without its static files.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const panel = import.meta.dirname;
const standalone = path.join(panel, '.next/standalone/apps/admin-panel');

execFileSync(path.join(panel, '../../node_modules/.bin/next'), ['build', panel], { stdio: 'inherit' });
// the backend sends these to browsers that take them: no server has the time to compress as well for each request
const files = path.join(panel, '.next/static');
for (const name of readdirSync(files, { recursive: true })) {
  const file = path.join(files, name);
  if (/\.(js|css)$/.test(name)) writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file)));
}
cpSync(files, path.join(standalone, '.next/static'), { recursive: true });
if (existsSync(path.join(panel, 'public'))) {
  cpSync(path.join(panel, 'public'), path.join(standalone, 'public'), { recursive: true });
}
