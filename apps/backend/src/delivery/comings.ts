import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import type { Comings } from './secret-state.ts';

/** What the audit says of a new value: the first one has no version in it. */
export const NewValue = z.object({ set: z.int(), version: z.int().default(1) });

/** As many as anybody needs to name what still runs. */
const versionsMaximum = 1_000;

const statement = `SELECT details FROM audit_event
  WHERE "subjectId" = $1 AND action IN ('secret.create', 'secret.refer', 'secret.update')
  ORDER BY sequence DESC LIMIT ${versionsMaximum}`;

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
