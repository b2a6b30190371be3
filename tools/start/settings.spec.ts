import { expect, it } from 'vitest';
import { builtPrograms } from './programs.ts';
import { backendEnvironment, readSettings, workerEnvironment } from './settings.ts';

const given = {
  SECRET_STORE_PLUGIN_TRUSTED_KEYS: 'a key',
  SECRET_STORE_ADMIN_PASSWORD: 'hunter2',
  SECRET_STORE_ADMIN_API_KEY: 'hunter2',
  DATABASE_URL: 'postgresql://hunter2@db',
};
const settings = readSettings({ root: '/checkout', dataDirectory: '/data' }, given);
const programs = builtPrograms('/checkout');

it('backend and worker ask for the signatures of the same keys', () => {
  const backend = backendEnvironment(settings, given, {
    databaseUrl: 'x',
    panelOrigin: 'http://127.0.0.1:1',
    programs,
  });
  expect(backend).toMatchObject({ SECRET_STORE_PLUGIN_TRUSTED_KEYS: 'a key' });
  expect(workerEnvironment(settings, given, programs)).toMatchObject({ SECRET_STORE_PLUGIN_TRUSTED_KEYS: 'a key' });
});

it('the worker gets no address of the database and nothing of the administrator', () => {
  expect(JSON.stringify(workerEnvironment(settings, given, programs))).not.toContain('hunter2');
});
