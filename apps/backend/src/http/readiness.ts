import { internalProviderId } from '@secret-store/provider-internal';
import type { Dependencies } from '../dependencies.ts';
import { poolRecipients } from '../workers/pool-recipients.ts';

export type ReadinessCheck = 'database' | 'audit' | 'pool key' | 'panel';

const panelTimeoutMilliseconds = 3_000;

/** On the side: it does not wait behind those who read and write. */
const migrated = async ({ db }: Dependencies): Promise<boolean> => {
  const { rows } = await db.side.query('SELECT FROM provider WHERE id = $1', [internalProviderId]);
  return rows.length === 1;
};

const poolKeyThere = async ({ keys }: Dependencies): Promise<boolean> =>
  keys.pools.size > 0 && [...keys.pools.keys()].every((id) => poolRecipients({ keys }, id).length > 0);

const panelAnswers = async (panelOrigin: string | null): Promise<boolean> => {
  if (panelOrigin === null) return false;
  const response = await fetch(new URL('/sign-in', panelOrigin), {
    redirect: 'manual',
    signal: AbortSignal.timeout(panelTimeoutMilliseconds),
  });
  await response.body?.cancel();
  return response.status < 500;
};

/** Ready means that a secret can be created. Answers what stands in the way. */
const findUnready = async (deps: Dependencies, panelOrigin: string | null): Promise<ReadinessCheck[]> => {
  const checks: readonly (readonly [ReadinessCheck, Promise<boolean>])[] = [
    ['database', migrated(deps)],
    ['audit', Promise.resolve(deps.ledger.standing.isSound)],
    ['pool key', poolKeyThere(deps)],
    ['panel', panelAnswers(panelOrigin)],
  ];
  // a check that throws is a check that fails
  const passed = await Promise.all(checks.map(([, check]) => check.catch(() => false)));
  return checks.flatMap(([name], index) => (passed[index] ? [] : [name]));
};

/** Those who ask at the same time get the same answer: any number of them costs one connection at most. */
export const createReadiness = (
  deps: Dependencies,
  panelOrigin: string | null,
): (() => Promise<readonly ReadinessCheck[]>) => {
  let asked: Promise<readonly ReadinessCheck[]> | null = null;
  return () => {
    asked ??= findUnready(deps, panelOrigin).finally(() => (asked = null));
    return asked;
  };
};
