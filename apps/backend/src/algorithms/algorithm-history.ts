import type { Actor, AlgorithmHistory } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { can } from '../accounts/permissions.ts';
import { describeEvent, eventColumns, EventRow } from '../audit/stored-event.ts';
import type { Dependencies } from '../dependencies.ts';
import { auditedPlaces } from './audited-places.ts';

const eventsMaximum = 50;

const secrets = `SELECT id::text FROM secret WHERE "algorithmId" = $1::uuid`;

const eventsStatement = (subjects: string): string => `SELECT ${eventColumns} FROM audit_event
  WHERE "subjectId" IN (${subjects}) ORDER BY sequence DESC LIMIT ${eventsMaximum}`;

const ofAll = eventsStatement(`${secrets} UNION ALL SELECT $1::text`);
const ofOne = eventsStatement(`${secrets} AND id = $2::uuid`);

interface Whose {
  readonly algorithmId: string;
  /** of this one alone */
  readonly secretId?: string | undefined;
}

/** What happened to an algorithm and to the secrets that it has, for those who may read it. Addresses are for those who read the audit. */
export const algorithmHistory = async (
  deps: Pick<Dependencies, 'db' | 'ledger' | 'pools'>,
  actor: Actor,
  { algorithmId, secretId }: Whose,
): Promise<AlgorithmHistory> => {
  const { id } = await authorisedAlgorithm(deps, actor, 'algorithms.read', { id: algorithmId });
  // what was changed a moment ago is in the chain when it is read
  await deps.ledger.flush();
  const wanted = secretId === undefined ? { text: ofAll, values: [id] } : { text: ofOne, values: [id, secretId] };
  const rows = await rowsOf<object>(deps.db.pool, wanted);
  const seesAddresses = can(actor, 'audit.read');
  const events = z
    .array(EventRow)
    .parse(rows)
    .map((row) => describeEvent(seesAddresses ? row : { ...row, address: null }));
  return { events, places: await auditedPlaces(deps, actor, events) };
};
