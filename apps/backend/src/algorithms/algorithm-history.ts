import type { Actor, AlgorithmHistory } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import { authorisedAlgorithm } from '../accounts/authorised-algorithm.ts';
import { can } from '../accounts/permissions.ts';
import { describeEvent, eventColumns, EventRow } from '../audit/stored-event.ts';
import type { Dependencies } from '../dependencies.ts';

const eventsMaximum = 50;

const subjects = `SELECT id::text FROM secret WHERE "algorithmId" = $1::uuid UNION ALL SELECT $1::text`;

const eventsStatement = `SELECT ${eventColumns} FROM audit_event
  WHERE "subjectId" IN (${subjects}) ORDER BY sequence DESC LIMIT ${eventsMaximum}`;

/** Of what people did: what the store does itself changes no value. */
const changesStatement = `SELECT DISTINCT ON ("subjectId") "subjectId" AS "secretId", "actorName" AS name FROM audit_event
  WHERE "subjectId" IN (SELECT id::text FROM secret WHERE "algorithmId" = $1::uuid) AND "actorType" = 'user'
    AND action IN ('secret.create', 'secret.refer', 'secret.update', 'secret.describe')
  ORDER BY "subjectId", sequence DESC`;

const Change = z.object({ secretId: z.uuid(), name: z.string().nullable() });

/** What happened to an algorithm and to the secrets that it has, for those who may read it. Addresses are for those who read the audit. */
export const algorithmHistory = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  algorithmId: string,
): Promise<AlgorithmHistory> => {
  const { id } = await authorisedAlgorithm(deps, actor, 'algorithms.read', { id: algorithmId });
  // what was changed a moment ago is in the chain when it is read
  await deps.ledger.flush();
  const [events, changes] = await Promise.all(
    [eventsStatement, changesStatement].map((text) => rowsOf<object>(deps.db.pool, { text, values: [id] })),
  );
  const seesAddresses = can(actor, 'audit.read');
  return {
    events: z
      .array(EventRow)
      .parse(events)
      .map((row) => describeEvent(seesAddresses ? row : { ...row, address: null })),
    changedBy: Object.fromEntries(
      z
        .array(Change)
        .parse(changes)
        .flatMap(({ secretId, name }) => (name === null ? [] : [[secretId, name]])),
    ),
  };
};
