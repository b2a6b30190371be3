import type { AlgorithmSecret } from '@secret-store/api';
import { internalProviderId } from '@secret-store/provider-internal';
import { expect } from 'vitest';
import { removeAlgorithm } from '../../algorithms/remove-algorithm.ts';
import { asApiError } from '../../http/errors/error-mapping.ts';
import { createSecret } from '../../secrets/create-secret.ts';
import { listSecrets } from '../../secrets/list-secrets.ts';
import { removeSecret } from '../../secrets/removing/remove-secret.ts';
import { admin } from '../../secrets/testing/backend-fixture.ts';
import type { StoreWithVault } from '../../secrets/testing/open-store-with-vault.ts';
import { readAsWorker } from '../../secrets/testing/read-as-worker.ts';
import { secretRequest } from '../../secrets/testing/secret-request.ts';
import { updateSecret } from '../../secrets/update-secret.ts';

/** What a worker has of a new one. */
export const untouched = { SEALED: 'SEALED value', VAULTED: 'VAULTED value', OTHER: 'OTHER value' };

type Named = Pick<AlgorithmSecret, 'id'>;

/** An algorithm with three secrets, what its owner can do, and what somebody can do who writes the database. */
export const tamperedAlgorithm = async ({ store: { deps, keys }, vault, vaultId, addAlgorithm }: StoreWithVault) => {
  const algorithm = await addAlgorithm(admin);
  const create = (variable: string, provider_id: string, { id } = algorithm) =>
    createSecret(deps, admin, id, secretRequest(id, variable, `${variable} value`, { provider_id }));
  const sql = (text: string, values: unknown[] = []) => deps.db.pool.query(text, values);
  return {
    algorithm,
    sealed: await create('SEALED', internalProviderId),
    vaulted: await create('VAULTED', vaultId),
    other: await create('OTHER', vaultId),
    create,
    /** a write that concerns none of the three; it carries the set over */
    writeSomething: () => create('NEXT', internalProviderId),
    update: ({ id }: Named, secret_value?: string, algorithmId = algorithm.id) =>
      updateSecret(deps, admin, algorithmId, id, {
        short_name: `Name of ${id}`,
        description: '',
        ...(secret_value !== undefined && { secret_value }),
      }),
    remove: ({ id }: Named) => removeSecret(deps, admin, algorithm.id, id),
    removeAll: () => removeAlgorithm(deps, admin, algorithm.id),
    listed: async ({ id } = algorithm) =>
      (await listSecrets(deps, admin, id)).results.map(({ secret_key }) => secret_key),
    seen: () => readAsWorker({ deps, keys }, algorithm, vault),
    sql,
    /** rows as they are, to be put back later */
    rowsOf: async (table: string, condition: string, values: unknown[]): Promise<object[]> =>
      (await sql(`SELECT to_jsonb(given) AS row FROM "${table}" given WHERE ${condition}`, values)).rows.map(
        ({ row }: { row: object }) => row,
      ),
    putBack: (table: string, rows: readonly object[]) =>
      sql(`INSERT INTO "${table}" SELECT * FROM jsonb_populate_recordset(NULL::"${table}", $1)`, [
        JSON.stringify(rows),
      ]),
  };
};
export type TamperedAlgorithm = Awaited<ReturnType<typeof tamperedAlgorithm>>;

/** What is refused is 5001 for the caller. */
export const expectRefused = async (work: () => Promise<unknown>, name = 'RowRefused'): Promise<void> => {
  const error: unknown = await work().catch((refusal: unknown) => refusal);
  expect(error).toMatchObject({ name });
  expect(asApiError(error)).toMatchObject({ code: 5001, status: 500 });
};
