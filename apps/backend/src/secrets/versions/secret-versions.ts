import type { Actor, SecretHistory } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { internalProviderId } from '@secret-store/provider-internal';
import { z } from 'zod';
import { authorisedAlgorithm } from '../../accounts/authorised-algorithm.ts';
import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { olderHashes } from '../../ledger/older-values.ts';
import { existingSecret } from '../existing-secret.ts';
import type { WhichSecret } from '../required-entry.ts';

const versionsMaximum = 100;

/** The event of a creation names no version, as that is the first. */
const versionsStatement = `
  SELECT saved.id, saved.version, saved."createdAt", event."actorType", event."actorId", event."actorName"
  FROM secret_version AS saved
  LEFT JOIN LATERAL (
    SELECT "actorType", "actorId", "actorName" FROM audit_event
    WHERE "subjectId" = saved."secretId"::text AND outcome = 'done' AND (
      (action = 'secret.update' AND details -> 'version' = to_jsonb(saved.version))
      OR (action IN ('secret.create', 'secret.refer') AND saved.version = 1)
    )
    ORDER BY sequence DESC LIMIT 1
  ) AS event ON true
  WHERE saved."secretId" = $1::uuid AND saved.version <= $2::int
  ORDER BY saved.version DESC LIMIT ${versionsMaximum}`;

const VersionRow = z.object({
  id: z.uuid(),
  version: z.int(),
  createdAt: z.date(),
  actorType: z.string().nullable(),
  actorId: z.string().nullable(),
  actorName: z.string().nullable(),
});

/**
 * The versions of a secret, newest first, and who saved each by the audit. They are shown and decide nothing: what a restore brings
 * back is verified then.
 * @throws {ApiError} 1000 and 2001 as for the algorithm, 8008 where it has no such secret
 */
export const secretVersions = async (
  deps: Pick<Dependencies, 'db' | 'ledger'>,
  actor: Actor,
  { algorithmId, secretId }: WhichSecret,
): Promise<SecretHistory> => {
  await authorisedAlgorithm(deps, actor, 'algorithms.read', { id: algorithmId });
  // what was saved a moment ago is in the chain when it is read
  await deps.ledger.flush();
  const { id, version: current, providerId } = await existingSecret(deps, algorithmId, secretId);
  const rows = await rowsOf<object>(deps.db.pool, { text: versionsStatement, values: [id, current] });
  const kept = olderHashes(deps.ledger, id);
  return {
    current,
    keepsVersions: providerId === internalProviderId,
    results: z
      .array(VersionRow)
      .parse(rows)
      .map(({ actorType, actorId, actorName, createdAt, ...version }) => ({
        ...version,
        isKept: version.version === current || kept.has(version.version),
        created: createdAt.toISOString(),
        actor: { type: actorType ?? systemActor.type, id: actorId ?? systemActor.id, name: actorName },
      })),
  };
};
