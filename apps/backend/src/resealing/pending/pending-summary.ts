import type { PendingSummary, SealedPlace } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../../dependencies.ts';
import { passRefused } from '../../rows/row-refused.ts';
import type { Leases } from './leases.ts';
import { type FoundRow, placeOf } from './pending-queue.ts';
import { currentKeys, overPending, type PendingScope } from './pending-statement.ts';

type SummaryDependencies = Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'pools'>;

const namedMaximum = 20;

/**
 * How many records of the scope are still to be sealed again, and which ones will not be: those that none of the keys opens, and those
 * that were left by who had them.
 * @param keyIds of the keys that somebody has who seals
 */
export const pendingSummary = async (
  deps: SummaryDependencies,
  leases: Leases,
  scope: PendingScope,
  keyIds: readonly string[],
): Promise<PendingSummary> => {
  leases.follow(await currentKeys(deps));
  const select = async <Row extends object>(text: string): Promise<readonly Row[]> =>
    rowsOf<Row>(deps.db.pool, await overPending(deps, scope, text, [keyIds]));
  const [counts] = await select<{ readonly openable: number; readonly lost: number }>(
    `SELECT count(*) FILTER (WHERE "sealedTo" ?| $6)::int AS openable,
       count(*) FILTER (WHERE NOT "sealedTo" ?| $6)::int AS lost FROM found`,
  );
  const { openable = 0, lost = 0 } = counts ?? {};
  const columns = `kind, "ownerId", "secretId", number, part`;
  const lostPlaces = (
    await select<FoundRow>(
      `SELECT ${columns} FROM found WHERE NOT "sealedTo" ?| $6 ORDER BY "ownerId", "secretId", number LIMIT ${namedMaximum}`,
    )
  ).map(placeOf);
  // more than were left: some of them are still to come
  const isAllLeft = openable <= leases.leftCount;
  const open = isAllLeft
    ? (await select<FoundRow>(`SELECT ${columns} FROM found WHERE "sealedTo" ?| $6`)).map(placeOf)
    : [];
  const left = open.filter((place) => leases.isLeft(place));
  const places = [...lostPlaces, ...left].slice(0, namedMaximum);
  return {
    pending: openable - left.length,
    lost,
    left: left.length,
    named: await Promise.all(places.map((place) => nameOf(deps, place))),
  };
};

/** Of the keys that living workers have. Of all pools: a record may be sealed to several. */
export const livingKeyIds = async ({ ledger, pools }: SummaryDependencies): Promise<string[]> => {
  const keyIds: string[] = [];
  for (const { id } of ledger.memory.living('pool')) {
    const state = (await pools.log(id).catch(passRefused))?.state;
    for (const { workerId } of state?.livingMembers() ?? []) keyIds.push(...(state?.keyIdsOf(workerId) ?? []));
  }
  return keyIds;
};

/** In words: names, never a value. */
const nameOf = async ({ ledger }: SummaryDependencies, place: SealedPlace): Promise<string> => {
  if (place.kind === 'configuration') {
    const provider = await ledger.read('provider', place.providerId).catch(passRefused);
    const which = place.part === 'shared' ? 'configuration' : "workers' configuration";
    return `${which} ${place.number} of provider ${provider?.name ?? place.providerId}`;
  }
  const algorithm = await ledger.read('algorithm', place.algorithmId).catch(passRefused);
  const secret = await ledger.read('secret', place.secretId).catch(passRefused);
  const owner = algorithm === null ? place.algorithmId : `${algorithm.owner}/${algorithm.name}`;
  return `${owner} ${secret?.environmentVariable ?? place.secretId} version ${place.version}`;
};
