// Bundles the programs that are written in TypeScript. Entry point → file under dist/tools.
import { bundleProgram } from '@secret-store/bundle';

const programs = {
  serve: 'tools/start/serve.ts',
  'bench/dev': 'tools/bench/dev.ts',
  'bench/exec': 'tools/bench/exec.ts',
  'bench/plugin-call': 'tools/bench/plugin-call.ts',
  'bench/start': 'tools/bench/start.ts',
  'bench/sealing': 'tools/bench/sealing.ts',
};

await Promise.all(Object.entries(programs).map(([name, entry]) => bundleProgram(entry, `dist/tools/${name}.mjs`)));
