// Bundles the programs that are written in TypeScript. Entry point → file under dist/tools.
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './workspace/workspace.mjs';

const entryPoints = {
  init: 'tools/init/main.ts',
  recover: 'tools/recover/main.ts',
  serve: 'tools/start/serve.ts',
  'pack-plugin': 'tools/pack-plugin/main.ts',
  'create-signing-key': 'tools/pack-plugin/create-signing-key-main.ts',
  'create-provider': 'tools/create-provider/main.ts',
  conformance: 'tools/conformance/main.ts',
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
