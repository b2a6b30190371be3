import { DatabaseError } from '@secret-store/db';
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
