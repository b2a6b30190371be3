import { expect, it } from 'vitest';
import { takeAdministrator } from './administrator.ts';
import { announce } from './announce.ts';
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

const workerAt = (environment: NodeJS.ProcessEnv) =>
  workerEnvironment(readSettings({ root: '/checkout', dataDirectory: '/data' }, environment), environment, programs);

it.each<NodeJS.ProcessEnv>([
  {},
  { SECRET_STORE_PUBLIC_URL: 'https://secrets.example.com/store/' },
  { SECRET_STORE_HOST: '0.0.0.0', SECRET_STORE_TLS_CERT: '/tls.crt', SECRET_STORE_TLS_KEY: '/tls.key' },
])('with %o the worker finds the backend by their socket, and by no address', (environment) => {
  const worker = workerAt(environment);
  expect(worker).not.toHaveProperty('SECRET_STORE_BACKEND_URL');
  expect(worker.SECRET_STORE_BACKEND_SOCKET_DIRECTORY).toBe('/data/run');
  const given = { databaseUrl: 'x', panelOrigin: 'http://127.0.0.1:1', programs };
  const store = readSettings({ root: '/checkout', dataDirectory: '/data' }, environment);
  expect(backendEnvironment(store, environment, given).SECRET_STORE_BACKEND_SOCKET_DIRECTORY).toBe('/data/run');
});

it.each<[NodeJS.ProcessEnv, string]>([
  [{}, 'auto'],
  [{ SECRET_STORE_HOST: '[::1]' }, 'auto'],
  [{ SECRET_STORE_HOST: 'localhost', SECRET_STORE_PUBLIC_URL: 'http://localhost:4000' }, 'auto'],
  [{ SECRET_STORE_HOST: '0.0.0.0' }, 'strict'],
  [{ SECRET_STORE_HOST: '[::]' }, 'strict'],
  [{ SECRET_STORE_PUBLIC_URL: 'https://secrets.example.com' }, 'strict'],
  [{ SECRET_STORE_PUBLIC_URL: 'https://secrets.example.com', SECRET_STORE_PLUGIN_ISOLATION: 'auto' }, 'auto'],
  [{ SECRET_STORE_PLUGIN_ISOLATION: '' }, 'auto'],
])('with %o the isolation of the worker is %s', (environment, isolation) => {
  expect(workerAt(environment).SECRET_STORE_PLUGIN_ISOLATION).toBe(isolation);
});

it('no child finds the credentials of the administrator in its environment', () => {
  const environment = { ...given, SECRET_STORE_ADMIN_USERNAME: 'root' };
  expect(takeAdministrator(environment)).toEqual({ username: 'root', password: 'hunter2', apiKey: 'hunter2' });
  expect(Object.keys(environment).filter((name) => name.startsWith('SECRET_STORE_ADMIN'))).toEqual([]);
  const backend = backendEnvironment(settings, given, {
    databaseUrl: 'x',
    panelOrigin: 'http://127.0.0.1:1',
    programs,
  });
  expect(JSON.stringify(backend)).not.toContain('hunter2');
});

it('what the operator gave is not printed', () => {
  const printed = announce(settings, 'http://127.0.0.1:4000', {
    username: 'root',
    password: null,
    apiKey: 'generated',
  });
  expect(printed).toContain('API key      generated');
  expect(printed).toContain('Password     as you set it');
  // where passkeys work
  expect(printed).toContain('running at http://localhost:4000\n');
});
