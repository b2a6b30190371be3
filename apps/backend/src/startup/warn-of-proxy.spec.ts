import { expect, it } from 'vitest';
import { readSettings } from '../env.ts';
import { warnOfProxy } from './warn-of-proxy.ts';

const warningsOf = (environment: Readonly<Record<string, string>>): string[] => {
  const needed = {
    ...{ DATABASE_URL: 'postgresql://127.0.0.1/x', SECRET_STORE_BACKEND_DIRECTORY: '/b' },
    SECRET_STORE_SANDBOX_DIRECTORY: '/s',
  };
  const warnings: string[] = [];
  warnOfProxy(readSettings({ ...needed, ...environment }), { warn: (text: unknown) => warnings.push(String(text)) });
  return warnings;
};

it('warns where a proxy ends https and nobody said which, and nowhere else', () => {
  const behind = { SECRET_STORE_PUBLIC_URL: 'https://secrets.example.com' };
  expect(warningsOf(behind)).toEqual([expect.stringContaining('SECRET_STORE_TRUSTED_PROXIES')]);
  expect(warningsOf({})).toEqual([]);
  expect(warningsOf({ SECRET_STORE_PUBLIC_URL: 'http://127.0.0.1:4000' })).toEqual([]);
  expect(warningsOf({ ...behind, SECRET_STORE_TRUSTED_PROXIES: '192.0.2.7' })).toEqual([]);
  expect(warningsOf({ ...behind, SECRET_STORE_TLS_CERT: '/c', SECRET_STORE_TLS_KEY: '/k' })).toEqual([]);
});
