import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { messagesAboutImport } from './planted-import.ts';

const root = path.resolve(import.meta.dirname, '../..');

const boundaryViolations = (file: string, imported: string) =>
  messagesAboutImport('@nx/enforce-module-boundaries', file, imported);

describe('module boundaries', () => {
  beforeAll(() => {
    // the rule reads the project graph that nx caches
    execFileSync(path.join(root, 'node_modules/.bin/nx'), ['show', 'projects'], {
      cwd: root,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NX_NO_CLOUD: 'true' },
    });
  });

  it.each([
    ['apps/admin-panel/features/planted.ts', '@secret-store/db'],
    ['apps/admin-panel/features/planted.ts', '@secret-store/sealing'],
    ['apps/backend/src/planted.ts', '@secret-store/ui'],
    ['apps/worker-node/src/planted.ts', '@secret-store/db'],
    ['libs/api/src/planted.ts', '@secret-store/db'],
    ['libs/sealing/src/planted.ts', '@secret-store/provider-sdk'],
    ['libs/provider-vault/src/planted.ts', '@secret-store/plugin-host'],
    ['libs/provider-sdk/src/planted.ts', '@secret-store/provider-internal'],
    ['libs/ui/src/planted.ts', '@secret-store/api'],
    ['libs/provider-aws-secrets-manager/src/planted.ts', '@secret-store/plugin-host'],
  ])('refuses %s importing %s', async (file, imported) => {
    expect(await boundaryViolations(file, imported)).not.toHaveLength(0);
  });

  it.each(['apps/backend/src/planted.ts', 'apps/worker-node/src/planted.ts'])(
    'refuses %s the diagnosis of plugins',
    async (file) => {
      const rule = '@typescript-eslint/no-restricted-imports';
      expect(await messagesAboutImport(rule, file, '@secret-store/plugin-host/diagnosis')).toHaveLength(1);
      expect(await messagesAboutImport(rule, file, '@secret-store/plugin-host')).toHaveLength(0);
    },
  );

  it.each([
    ['apps/backend/src/planted.ts', '@secret-store/sealing'],
    ['libs/plugin-host/src/planted.ts', '@secret-store/provider-sdk'],
  ])('lets %s import %s', async (file, imported) => {
    expect(await boundaryViolations(file, imported)).toHaveLength(0);
  });
});
