import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import type { Comings } from './secret-state.ts';

/** What the audit says of a new value: the first one has no version in it. */
const NewValue = z.object({ set: z.int(), version: z.int().default(1) });

/** Of the newest value of a secret. */
type Coming = z.infer<typeof NewValue>;

const actions = `('secret.create', 'secret.refer', 'secret.update')`;

/** As many as anybody needs to name what still runs. */
const versionsMaximum = 1_000;

const statement = `SELECT details FROM audit_event
  WHERE "subjectId" = $1 AND action IN ${actions}
  ORDER BY sequence DESC LIMIT ${versionsMaximum}`;

const newest = `SELECT DISTINCT ON ("subjectId") "subjectId" AS id, details FROM audit_event
  WHERE "subjectId" = ANY ($1::text[]) AND action IN ${actions}
  ORDER BY "subjectId", sequence DESC`;

/** With which sets the newest versions of the secret came. */
export const comingsOf = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  secretId: string,
): Promise<Comings> => {
  // what was changed a moment ago is in the chain when it is read
  await ledger.flush();
  const rows = await rowsOf<{ readonly details: unknown }>(db.pool, { text: statement, values: [secretId] });
  return new Map(
    rows.flatMap(({ details }): [number, number][] => {
      const value = NewValue.safeParse(details).data;
      return value === undefined ? [] : [[value.version, value.set]];
    }),
  );
};

/** With which set the newest version of each of these secrets came. */
export const newestComings = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  secretIds: readonly string[],
): Promise<ReadonlyMap<string, Coming>> => {
  // what was changed a moment ago is in the chain when it is read
  await ledger.flush();
  const rows = await rowsOf<{ readonly id: string; readonly details: unknown }>(db.pool, {
    text: newest,
    values: [secretIds],
  });
  return new Map(
    rows.flatMap(({ id, details }): [string, Coming][] => {
      const coming = NewValue.safeParse(details).data;
      return coming === undefined ? [] : [[id, coming]];
    }),
  );
};
