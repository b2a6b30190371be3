import { internalProviderId } from '@secret-store/provider-internal';
import type { Dependencies } from '../dependencies.ts';
import type { PanelAddress } from './panel/panel-proxy.ts';

export type ReadinessCheck = 'database' | 'disk of the database' | 'audit' | 'pool key' | 'panel';

const panelTimeoutMilliseconds = 3_000;

const state = `
  SELECT EXISTS (SELECT FROM provider WHERE id = $1) AS migrated,
    NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS writable`;

/** On the side: it does not wait behind those who read and write. */
const takesWrites = async ({ db }: Pick<Dependencies, 'db'>): Promise<boolean> => {
  const { rows } = await db.side.query<{ migrated: boolean; writable: boolean }>(state, [internalProviderId]);
  return rows[0]?.migrated === true && rows[0].writable;
};

/** Half a MiB that the server puts into a file for the time of this query, and nowhere else: no row, no log, nothing to sync. */
const fillFile = `SELECT set_config('work_mem', '64kB', true); SELECT count(*) FROM generate_series(1, 20000)`;

/** Of PostgreSQL: disk_full, io_error. */
const diskTroubles: ReadonlySet<unknown> = new Set(['53100', '58030']);
const roomIsGoodForMilliseconds = 5_000;

/** @returns a function that tells whether the server can write a file; it asks at most each 5 s while it can, and each time while not */
const createHasRoom = ({ db }: Pick<Dependencies, 'db'>, now: () => number): (() => Promise<boolean>) => {
  let foundAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() - foundAt < roomIsGoodForMilliseconds) return true;
    const error: unknown = await db.side.query(fillFile).then(
      () => null,
      (failure: unknown) => failure,
    );
    if (error instanceof Error && 'code' in error && diskTroubles.has(error.code)) return false;
    foundAt = now();
    return true;
  };
};

const poolKeyThere = async ({ pools }: Dependencies): Promise<boolean> => (await pools.firstLog()).currentKey !== null;

const panelAnswers = async (panel: PanelAddress | null): Promise<boolean> => {
  if (panel === null) return false;
  const response = await fetch(new URL('/sign-in', panel.origin), {
    redirect: 'manual',
    signal: AbortSignal.timeout(panelTimeoutMilliseconds),
  });
  await response.body?.cancel();
  return response.status < 500;
};

/** Ready means that a secret can be created. Answers what stands in the way. */
const findUnready = async (
  deps: Dependencies,
  panel: PanelAddress | null,
  hasRoom: () => Promise<boolean>,
): Promise<ReadinessCheck[]> => {
  const checks: readonly (readonly [ReadinessCheck, Promise<boolean>])[] = [
    ['database', takesWrites(deps)],
    ['disk of the database', hasRoom()],
    ['audit', Promise.resolve(deps.ledger.standing.isSound)],
    ['pool key', poolKeyThere(deps)],
    ['panel', panelAnswers(panel)],
  ];
  // a check that throws is a check that fails
  const passed = await Promise.all(checks.map(([, check]) => check.catch(() => false)));
  return checks.flatMap(([name], index) => (passed[index] ? [] : [name]));
};

/** Those who ask at the same time get the same answer: any number of them costs one connection at most. */
export const createReadiness = (
  deps: Dependencies,
  panel: PanelAddress | null,
  now = (): number => performance.now(),
): (() => Promise<readonly ReadinessCheck[]>) => {
  const hasRoom = createHasRoom(deps, now);
  let asked: Promise<readonly ReadinessCheck[]> | null = null;
  return () => {
    asked ??= findUnready(deps, panel, hasRoom).finally(() => (asked = null));
    return asked;
  };
};
