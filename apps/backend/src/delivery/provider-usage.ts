import type { Actor, ProviderUsageDetails, ProviderUsagePage, ProviderUsageQuery } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import { z } from 'zod';
import { requirePermission } from '../accounts/permissions.ts';
import type { Dependencies } from '../dependencies.ts';
import { pageMarker, readLimit, readPageMarker } from '../paging.ts';
import type { Rows } from '../rows/row-kinds.ts';
import { selection } from '../rows/row-statements.ts';
import { readProvider } from '../configurations/stored-provider.ts';
import { livingWorkers, saidBy } from './stored-receipts.ts';

type UsageDependencies = Pick<Dependencies, 'db' | 'ledger' | 'pools' | 'receipts' | 'log'>;

/** Owner and name of the last algorithm of a page. */
const Place = z.tuple([z.string().max(64), z.string().max(64)]);

const page = `SELECT ${selection('algorithm')} FROM algorithm
  WHERE (owner, name) > ($2, $3)
    AND EXISTS (SELECT FROM secret WHERE secret."algorithmId" = algorithm.id AND secret."providerId" = $1::uuid)
  ORDER BY owner, name LIMIT $4`;

const secretsOfPage = `SELECT ${selection('secret')} FROM secret
  WHERE "providerId" = $1::uuid AND "algorithmId" = ANY ($2::uuid[]) ORDER BY "environmentVariable"`;

interface UsedBy {
  readonly algorithm: Rows['algorithm'];
  readonly secrets: readonly Rows['secret'][];
}

/** One page in the order of owner and name, of genuine rows alone. */
const usedBy = async (
  deps: UsageDependencies,
  providerId: string,
  { marker, limit: given }: ProviderUsageQuery,
): Promise<{ readonly used: readonly UsedBy[]; readonly marker: string | null }> => {
  await readProvider(deps, providerId);
  const limit = readLimit(given);
  const [owner, name] = marker === undefined ? ['', ''] : readPageMarker(Place, marker);
  const { pool } = deps.db;
  const rows = await rowsOf<Rows['algorithm']>(pool, { text: page, values: [providerId, owner, name, limit + 1] });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const values = [providerId, shown.map(({ id }) => id)];
  const secrets = await deps.ledger.genuineAll(
    'secret',
    await rowsOf<Rows['secret']>(pool, { text: secretsOfPage, values }),
  );
  const used = (await deps.ledger.genuineAll('algorithm', shown)).map((algorithm) => ({
    algorithm,
    secrets: secrets.filter(({ algorithmId }) => algorithmId === algorithm.id),
  }));
  return {
    used: used.filter((one) => one.secrets.length > 0),
    marker: rows.length > limit && last !== undefined ? pageMarker([last.owner, last.name]) : null,
  };
};

/** @throws {ApiError} as for the provider */
export const providerUsage = async (
  deps: UsageDependencies,
  actor: Actor,
  providerId: string,
  query: ProviderUsageQuery,
): Promise<ProviderUsagePage> => {
  requirePermission(actor, 'providers.read');
  const { used, marker } = await usedBy(deps, providerId, query);
  return {
    results: used.map(({ algorithm: { id, owner, name }, secrets }) => ({
      ...{ algorithmId: id, owner, name, secrets: secrets.length },
    })),
    marker,
  };
};

/** The same with the variables, and with how many commands run with the algorithms' secrets on workers that are online. */
export const providerUsageDetails = async (
  deps: UsageDependencies,
  actor: Actor,
  providerId: string,
  query: ProviderUsageQuery,
): Promise<ProviderUsageDetails> => {
  requirePermission(actor, 'providers.read');
  const { used, marker } = await usedBy(deps, providerId, query);
  const online = (await livingWorkers(deps)).filter(({ details }) => details.state === 'online');
  const said = await saidBy(
    deps,
    online,
    used.map(({ algorithm }) => algorithm.id),
  );
  const commands = (algorithmId: string) =>
    said
      .filter(({ receipt }) => receipt.algorithmId === algorithmId)
      .reduce((sum, { receipt }) => sum + receipt.processes.length, 0);
  return {
    results: used.map(({ algorithm: { id, owner, name }, secrets }) => ({
      ...{ algorithmId: id, owner, name, commands: commands(id) },
      variables: secrets.map(({ environmentVariable }) => environmentVariable),
    })),
    marker,
    secrets: deps.ledger.memory.count('secret', providerId),
  };
};
