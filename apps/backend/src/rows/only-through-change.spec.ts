import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { rowKinds } from './row-kinds.ts';

const sources = path.resolve(import.meta.dirname, '..');
const models =
  'user|account|session|apiKey|secondFactor|passkey|signInConnection|identity|groupRole|waitingAccount|scimKey|scimUser|scimGroup|provider|providerVersion|providerPreparation|pluginModule|algorithm|secret|writeIntent|worker|workerPool';
const writes = new RegExp(`\\.(${models})\\.(create|createMany|update|updateMany|upsert|delete|deleteMany)\\(`, 'g');
const tables = Object.values(rowKinds).map(({ table }) => table);
const statements = new RegExp(`(INSERT INTO|UPDATE|DELETE FROM) "?(${tables.join('|')})"?[ (]`, 'g');

/** Writes that change nothing that decides, and why. */
const allowed: Readonly<Record<string, string>> = {
  'accounts/use-notes.ts UPDATE api_key': 'when it was used last decides nothing',
  'accounts/use-notes.ts UPDATE scim_key': 'when it was used last decides nothing',
  'accounts/use-notes.ts UPDATE user': 'when a person was seen last decides nothing',
  'secrets/removing/remove-without-vault.ts DELETE FROM secret': 'rows that were planted under the algorithm',
  'preparation/trial/preparation-log.ts UPDATE provider_preparation':
    'step, message and times are shown, and decide nothing',
  'secrets/settling/settle-intent.ts writeIntent.deleteMany': 'an intent that was planted',
  'secrets/settling/settle-intent.ts writeIntent.update': 'when it is tried next decides nothing',
  'secrets/settling/sweeps.ts writeIntent.updateMany': 'when it is tried next decides nothing',
  'startup/import-certificates.ts INSERT INTO worker_pool': 'it is marked in the same change: other rows refer to it',
  'webhooks/sending/send-webhooks.ts UPDATE webhook': 'what was sent last, and when the next try is, decide nothing',
  'workers/fleet/answer-fleet.ts UPDATE worker': 'what it says of its program decides nothing',
  'workers/note-seen.ts UPDATE worker': 'when it was seen last decides nothing',
};

const isSource = (file: string): boolean =>
  file.endsWith('.ts') && !file.endsWith('.spec.ts') && !/(^|\/)(testing|attacks|bench)\//.test(file);

it('rows that decide are written through a change, which the row memory hears of', () => {
  const found = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter(isSource)
    .flatMap((file) => {
      const source = readFileSync(path.join(sources, file), 'utf8');
      return [
        ...[...source.matchAll(writes)].map(([, model, call]) => `${file} ${model}.${call}`),
        ...[...source.matchAll(statements)].map(([, verb, table]) => `${file} ${verb} ${table}`),
      ];
    });
  expect([...new Set(found)].sort()).toEqual(Object.keys(allowed).sort());
});
