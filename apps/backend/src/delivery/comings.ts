import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';
import { passRefused } from '../rows/row-refused.ts';
import type { Comings } from './secret-state.ts';

/** What the audit says of a new value: the first one has no version in it. */
const NewValue = z.object({ set: z.int(), version: z.int().default(1) });

/** Of the newest value of a secret. */
type Coming = z.infer<typeof NewValue>;

const actions = `('secret.create', 'secret.refer', 'secret.update')`;

/** As many as anybody needs to name what still runs. */
const versionsMaximum = 100;

const statement = `SELECT sequence FROM audit_event
  WHERE "subjectId" = $1 AND action IN ${actions}
  ORDER BY sequence DESC LIMIT ${versionsMaximum}`;

const newest = `SELECT DISTINCT ON ("subjectId") sequence FROM audit_event
  WHERE "subjectId" = ANY ($1::text[]) AND action IN ${actions}
  ORDER BY "subjectId", sequence DESC`;

/**
 * With which sets the newest versions of the secret came.
 * @throws {RowRefused} where somebody else wrote one of these events
 */
export const comingsOf = async ({ ledger }: Pick<Dependencies, 'ledger'>, secretId: string): Promise<Comings> => {
  const events = await ledger.events({ text: statement, values: [secretId] });
  return new Map(
    events.flatMap(({ details }): [number, number][] => {
      const value = NewValue.safeParse(details).data;
      return value === undefined ? [] : [[value.version, value.set]];
    }),
  );
};

/** With which set the newest version of each of these secrets came; of none where somebody else wrote one of these events. */
export const newestComings = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  secretIds: readonly string[],
): Promise<ReadonlyMap<string, Coming>> => {
  const events = await ledger.events({ text: newest, values: [secretIds] }).catch(passRefused);
  return new Map(
    (events ?? []).flatMap(({ subjectId, details }): [string, Coming][] => {
      const coming = NewValue.safeParse(details).data;
      return coming === undefined ? [] : [[subjectId, coming]];
    }),
  );
};
