import { DatabaseError } from '@secret-store/db';
import { PluginFailure } from '@secret-store/plugin-host';
import pg from 'pg';
import { expect, it } from 'vitest';
import { callProvider } from './provider-call.ts';

it('says that a provider failed, but not for trouble of our own database', async () => {
  const ours = [
    new DatabaseError('OVERLOADED', 'too much waits already'),
    new pg.DatabaseError('disk full', 0, 'error'),
    new Error('Connection terminated unexpectedly'),
  ];
  for (const error of ours) await expect(callProvider(() => Promise.reject(error))).rejects.toBe(error);
  await expect(callProvider(() => Promise.reject(new Error('broken')))).rejects.toMatchObject({ code: 8009 });
});

it('says 503 and when to come back where too many requests wait for a plugin', async () => {
  const refused = callProvider(() => Promise.reject(new PluginFailure('too-busy')));
  await expect(refused).rejects.toMatchObject({ code: 6003, status: 503, retryAfterSeconds: 2 });
});
