import type { CallSlot, ProviderHealth } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../dependencies.ts';
import { reasonInWords } from '../delivery/reason-words.ts';
import type { PluginOperation } from '../running/plugin-calls.ts';
import { keepCalls } from './keep-calls.ts';
import { slotsOfDay, slotStart } from './slots.ts';

type CallDependencies = Pick<Dependencies, 'db' | 'calls'>;
type BackendCalls = ProviderHealth['backends'][number];
type Operation = BackendCalls['operations'][number];

interface CallRow {
  readonly providerId: string;
  readonly backend: string;
  readonly operation: PluginOperation;
  readonly activationNumber: number;
  readonly successAt: Date | null;
  readonly successMilliseconds: number | null;
  readonly failureAt: Date | null;
  readonly failureMilliseconds: number | null;
  readonly failureReason: string | null;
  readonly failingSince: Date | null;
}

const rowsOfProviders = `SELECT "providerId", backend, operation, "activationNumber", "successAt", "successMilliseconds",
    "failureAt", "failureMilliseconds", "failureReason", "failingSince"
  FROM plugin_call WHERE "providerId" = ANY ($1::uuid[]) AND operation IN ('create', 'update', 'delete')
  ORDER BY backend, operation`;

interface Provider {
  readonly providerId: string;
  /** of the version that is active */
  readonly activationNumber: number;
}

/** What each backend saw of these providers, by provider: this one up to now, others up to some seconds ago. */
export const backendCalls = async (
  deps: CallDependencies,
  providers: readonly Provider[],
): Promise<ReadonlyMap<string, readonly BackendCalls[]>> => {
  await keepCalls(deps);
  const rows = await rowsOf<CallRow>(deps.db.pool, {
    text: rowsOfProviders,
    values: [providers.map(({ providerId }) => providerId)],
  });
  return new Map(
    providers.map(({ providerId, activationNumber }) => {
      const own = rows.filter((row) => row.providerId === providerId);
      const backends = [...new Set(own.map(({ backend }) => backend))];
      return [
        providerId,
        backends.map((backend) => ({
          ...{ backend, isThis: backend === deps.calls.backend },
          operations: own
            .filter((row) => row.backend === backend)
            .map((row): Operation => describeOperation(row, activationNumber)),
        })),
      ];
    }),
  );
};

const describeOperation = (row: CallRow, activationNumber: number): Operation => ({
  operation: row.operation,
  success: row.successAt && { at: row.successAt.toISOString(), milliseconds: row.successMilliseconds ?? 0 },
  failure: row.failureAt && {
    at: row.failureAt.toISOString(),
    milliseconds: row.failureMilliseconds ?? 0,
    reason: reasonInWords(row.failureReason ?? 'other') ?? 'The cause is not known.',
  },
  failingSince: row.activationNumber === activationNumber ? (row.failingSince?.toISOString() ?? null) : null,
});

/** What another backend saw counts for so long: it may be gone. */
const othersMilliseconds = 24 * 60 * 60_000;

/** The backend whose newest call failed, and why: this one before others. Null where the newest calls worked. */
export const failingBackend = (
  backends: readonly BackendCalls[],
  now: Date,
): { readonly backend: string; readonly isThis: boolean; readonly since: string; readonly reason: string } | null => {
  const failing = backends.flatMap(({ backend, isThis, operations }) => {
    const worked = Math.max(0, ...operations.map(({ success }) => timeOf(success?.at)));
    const failed = operations
      .filter(({ failingSince, failure }) => failingSince !== null && timeOf(failure?.at) > worked)
      .sort((one, other) => timeOf(other.failure?.at) - timeOf(one.failure?.at));
    const [newest] = failed;
    if (!newest?.failure) return [];
    const { at, reason } = newest.failure;
    if (!isThis && timeOf(at) < now.getTime() - othersMilliseconds) return [];
    const sinces = failed.map(({ failingSince }) => failingSince ?? at).filter((since) => timeOf(since) > worked);
    return [{ backend, isThis, since: sinces.sort()[0] ?? at, reason }];
  });
  return failing.find(({ isThis }) => isThis) ?? failing[0] ?? null;
};

const timeOf = (at: string | undefined): number => (at === undefined ? 0 : Date.parse(at));

interface SlotRow {
  readonly startsAt: Date;
  readonly calls: number;
  readonly failures: number;
  readonly milliseconds: number;
  readonly slowest: number;
}

const slotsOfProvider = `SELECT "startsAt", sum(calls)::int AS calls, sum(failures)::int AS failures,
    sum(milliseconds)::float8 AS milliseconds, max(slowest)::int AS slowest
  FROM plugin_call_slot WHERE "providerId" = $1::uuid AND "startsAt" >= $2::timestamptz GROUP BY "startsAt"`;

/** Of all backends, for the last 24 hours: also those without a call. */
export const callSlots = async ({ db }: Pick<Dependencies, 'db'>, providerId: string): Promise<CallSlot[]> => {
  const starts = slotsOfDay(new Date());
  const rows = await rowsOf<SlotRow>(db.pool, { text: slotsOfProvider, values: [providerId, starts[0]] });
  const found = new Map(rows.map((row) => [slotStart(row.startsAt).getTime(), row]));
  return starts.map((start) => {
    const { calls = 0, failures = 0, milliseconds = 0, slowest = 0 } = found.get(start.getTime()) ?? {};
    const average = Math.round(milliseconds / Math.max(1, calls));
    return {
      ...{ start: start.toISOString(), calls, failures },
      ...(calls === 0 ? { average: null, slowest: null } : { average, slowest }),
    };
  });
};
