// Builds the pages and completes the standalone server, which Next leaves without its static files.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import path from 'node:path';

const panel = import.meta.dirname;
const standalone = path.join(panel, '.next/standalone/apps/admin-panel');

execFileSync(path.join(panel, '../../node_modules/.bin/next'), ['build', panel], { stdio: 'inherit' });
cpSync(path.join(panel, '.next/static'), path.join(standalone, '.next/static'), { recursive: true });
if (existsSync(path.join(panel, 'public'))) {
  cpSync(path.join(panel, 'public'), path.join(standalone, 'public'), { recursive: true });
}
