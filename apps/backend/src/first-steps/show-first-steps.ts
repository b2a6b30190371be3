import type { Actor, FirstStep, FirstSteps } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { requirePermission } from '../accounts/permissions.ts';
import { systemActor } from '../audit/audit-entry.ts';
import type { Dependencies } from '../dependencies.ts';
import { newestArrivals } from '../health/newest-arrivals.ts';
import { answerOnce } from './first-steps-answers.ts';

/** Without these a new store is not in use. The others are offered beside them. */
const required: readonly FirstStep[] = ['recoveryFile', 'algorithm', 'secret', 'delivered'];

interface State {
  readonly isClosed: boolean;
  readonly recoveryFile: boolean;
  readonly provider: boolean;
  readonly algorithm: boolean;
  readonly secret: boolean;
  readonly user: boolean;
  readonly owner: string | null;
  readonly name: string | null;
}

/** Rows are counted and not verified: a planted one only ticks a step. */
const state = `SELECT
    EXISTS (SELECT FROM first_steps_answer WHERE answer = 'closed') AS "isClosed",
    EXISTS (SELECT FROM first_steps_answer WHERE answer = 'recovery-file-taken') AS "recoveryFile",
    EXISTS (SELECT FROM provider JOIN provider_version version
      ON version."providerId" = provider.id AND version.number = provider."activeNumber"
      WHERE provider.kind = 'plugin' AND version."moduleSha256" IS NOT NULL) AS provider,
    algorithm.id IS NOT NULL AS algorithm,
    EXISTS (SELECT FROM secret) AS secret,
    (SELECT count(*) > 1 FROM "user") AS "user",
    algorithm.owner, algorithm.name
  FROM (SELECT) AS store LEFT JOIN LATERAL (
    SELECT algorithm.id, owner, name FROM algorithm LEFT JOIN secret ON secret."algorithmId" = algorithm.id
    ORDER BY secret."createdAt" DESC NULLS LAST, algorithm."createdAt" DESC LIMIT 1
  ) AS algorithm ON true`;

const closed: FirstSteps = { isClosed: true, done: [], algorithm: null };

/** How far the store is, until all that it needs was done once. */
export const showFirstSteps = async (deps: Dependencies, actor: Actor): Promise<FirstSteps> => {
  requirePermission(actor, 'providers.manage');
  const [found] = await rowsOf<State>(deps.db.pool, { text: state, values: [] });
  if (found === undefined || found.isClosed) return closed;
  const isDone: Readonly<Record<FirstStep, boolean>> = {
    ...found,
    delivered: found.secret && (await isDelivered(deps)),
  };
  if (required.every((step) => isDone[step])) {
    await answerOnce(deps, 'closed', systemActor);
    return closed;
  }
  const steps: readonly FirstStep[] = ['recoveryFile', 'provider', 'algorithm', 'secret', 'delivered', 'user'];
  const { owner, name } = found;
  return {
    isClosed: false,
    done: steps.filter((step) => isDone[step]),
    algorithm: owner === null || name === null ? null : { owner, name },
  };
};

const isDelivered = async (deps: Dependencies): Promise<boolean> =>
  (await newestArrivals(deps, null)).arrivals.some((arrival) => arrival.state === 'ready');
