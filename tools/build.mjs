// Bundles the programs that are written in TypeScript. Entry point → file under dist/tools.
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './workspace/workspace.mjs';

const entryPoints = {
  serve: 'tools/start/serve.ts',
  'bench/exec': 'tools/bench/exec.ts',
  'bench/plugin-call': 'tools/bench/plugin-call.ts',
  'bench/start': 'tools/bench/start.ts',
  'bench/sealing': 'tools/bench/sealing.ts',
};

await build({
  absWorkingDir: root,
  entryPoints,
  outdir: path.join(root, 'dist/tools'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  tsconfig: path.join(root, 'tsconfig.base.json'),
  logLevel: 'warning',
});
