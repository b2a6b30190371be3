import { rowsOf, together } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';
import { describeError } from '../describe-error.ts';
import { repeatEvery, type Repetition } from '../repeat-every.ts';
import type { PluginCall } from '../running/plugin-calls.ts';
import { slotStart } from './slots.ts';

type KeepDependencies = Pick<Dependencies, 'db' | 'calls'>;

const pauseMilliseconds = 5_000;
/** Of a backend that is gone. */
const silentMaximum = '7 days';
const slotsKept = '25 hours';

const newestCalls = `INSERT INTO plugin_call AS kept ("providerId", backend, operation, "activationNumber",
    "successAt", "successMilliseconds", "failureAt", "failureMilliseconds", "failureReason", "failingSince")
  SELECT provider.id, $1, given.operation, given."activationNumber", given."successAt", given."successMilliseconds",
    given."failureAt", given."failureMilliseconds", given."failureReason", given."failingSince"
  FROM jsonb_to_recordset($2::jsonb) AS given("providerId" uuid, operation text, "activationNumber" int,
    "successAt" timestamptz, "successMilliseconds" int, "failureAt" timestamptz, "failureMilliseconds" int,
    "failureReason" text, "failingSince" timestamptz)
  JOIN provider ON provider.id = given."providerId"
  ON CONFLICT ("providerId", backend, operation) DO UPDATE SET
    "activationNumber" = EXCLUDED."activationNumber",
    "successAt" = coalesce(EXCLUDED."successAt", kept."successAt"),
    "successMilliseconds" = coalesce(EXCLUDED."successMilliseconds", kept."successMilliseconds"),
    "failureAt" = coalesce(EXCLUDED."failureAt", kept."failureAt"),
    "failureMilliseconds" = coalesce(EXCLUDED."failureMilliseconds", kept."failureMilliseconds"),
    "failureReason" = coalesce(EXCLUDED."failureReason", kept."failureReason"),
    "failingSince" = CASE
      WHEN EXCLUDED."failingSince" IS NULL OR EXCLUDED."successAt" IS NOT NULL
        OR kept."activationNumber" <> EXCLUDED."activationNumber" THEN EXCLUDED."failingSince"
      ELSE coalesce(kept."failingSince", EXCLUDED."failingSince")
    END
  RETURNING 1`;

const slots = `INSERT INTO plugin_call_slot AS kept
    ("providerId", "startsAt", backend, calls, failures, milliseconds, slowest)
  SELECT provider.id, given."startsAt", $1, count(*), count(given.reason), sum(given.milliseconds), max(given.milliseconds)
  FROM jsonb_to_recordset($2::jsonb) AS given("providerId" uuid, "startsAt" timestamptz, milliseconds int, reason text)
  JOIN provider ON provider.id = given."providerId"
  GROUP BY provider.id, given."startsAt"
  ON CONFLICT ("providerId", "startsAt", backend) DO UPDATE SET
    calls = kept.calls + EXCLUDED.calls, failures = kept.failures + EXCLUDED.failures,
    milliseconds = kept.milliseconds + EXCLUDED.milliseconds, slowest = greatest(kept.slowest, EXCLUDED.slowest)
  RETURNING 1`;

const forgetSlots = `DELETE FROM plugin_call_slot WHERE "startsAt" < now() - $1::interval`;
const forgetSilent = `DELETE FROM plugin_call
  WHERE backend <> $1 AND greatest("successAt", "failureAt") < now() - $2::interval`;

/** Writes down how the calls ended since the last time. */
export const keepCalls = ({ db, calls }: KeepDependencies): Promise<void> =>
  calls.hand(async (seen) => {
    const newest = JSON.stringify(newestOf(seen));
    const timed = seen.map(({ providerId, at, milliseconds, reason }) => ({
      ...{ providerId, startsAt: slotStart(at), milliseconds, reason },
    }));
    await rowsOf(
      db.pool,
      together([
        { text: newestCalls, values: [calls.backend, newest] },
        { text: slots, values: [calls.backend, JSON.stringify(timed)] },
      ]),
    );
  });

const forgetOld = async ({ db, calls }: KeepDependencies): Promise<void> => {
  await rowsOf(db.pool, { text: forgetSlots, values: [slotsKept] });
  await rowsOf(db.pool, { text: forgetSilent, values: [calls.backend, silentMaximum] });
};

/** Keeps them from now on; `stop` keeps the last ones. */
export const startKeepingCalls = (deps: KeepDependencies & Pick<Dependencies, 'log'>): Repetition => {
  let turns = 0;
  const tell = (error: unknown): void =>
    deps.log.warn({ cause: describeError(error) }, 'keeping how calls on plugins ended failed and will be tried again');
  const repetition = repeatEvery(
    pauseMilliseconds,
    async () => {
      await keepCalls(deps);
      if (turns++ % 120 === 0) await forgetOld(deps);
    },
    tell,
  );
  return {
    stop: async () => {
      await repetition.stop();
      await keepCalls(deps).catch(tell);
    },
  };
};

interface Newest extends Pick<PluginCall, 'providerId' | 'operation'> {
  activationNumber: number;
  successAt?: Date;
  successMilliseconds?: number;
  failureAt?: Date;
  failureMilliseconds?: number;
  failureReason?: string;
  failingSince?: Date | undefined;
}

/** One for each provider and operation, from calls in the order in which they ended. */
const newestOf = (seen: readonly PluginCall[]): Newest[] => {
  const found = new Map<string, Newest>();
  for (const { providerId, activationNumber, operation, at, milliseconds, reason } of seen) {
    const name = `${providerId} ${operation}`;
    const before = found.get(name);
    const since = before?.activationNumber === activationNumber ? before.failingSince : undefined;
    found.set(name, {
      ...(before ?? { providerId, operation }),
      activationNumber,
      ...(reason === null
        ? { successAt: at, successMilliseconds: milliseconds, failingSince: undefined }
        : {
            ...{ failureAt: at, failureMilliseconds: milliseconds, failureReason: reason },
            failingSince: since ?? at,
          }),
    });
  }
  return [...found.values()];
};
