// Separate from main.mjs, which runs before npm ci.
import { bundleProgram } from '@secret-store/bundle';

/** Bundles the launcher, which is TypeScript too, and returns its file. */
export const bundleLauncher = () =>
  bundleProgram('tools/dev/develop.ts', 'dist/dev/develop.mjs', { external: ['@secret-store/bundle'] });
