// Apart from main.mjs, which runs before npm ci.
import { bundleProgram } from '@secret-store/bundle';

/** The launcher is TypeScript too. Answers its file. */
export const bundleLauncher = () =>
  bundleProgram('tools/dev/develop.ts', 'dist/dev/develop.mjs', { external: ['@secret-store/bundle'] });
