import * as z from 'zod/mini';
import type { VaultStage } from './vault-stage.ts';

const recordAnswer = z.object({ data: z.record(z.string(), z.unknown()) });

/** Writes an entry of version 2 as the vault's own users would, or with `null` deletes its newest version. */
export const putEntry = async (
  { address, rootToken }: Pick<VaultStage, 'address' | 'rootToken'>,
  path: string,
  fields: Record<string, unknown> | null,
): Promise<string> => {
  const [mount, ...rest] = path.split('/');
  const answer = await fetch(`${address}/v1/${mount}/data/${rest.map(encodeURIComponent).join('/')}`, {
    method: fields ? 'POST' : 'DELETE',
    headers: { 'X-Vault-Token': rootToken },
    body: fields && JSON.stringify({ data: fields }),
  });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return path;
};

/** Writes a record of version 1 as the vault's own users would. */
export const putRecord = async (
  { address, rootToken }: Pick<VaultStage, 'address' | 'rootToken'>,
  path: string,
  change: (record: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> => {
  const url = `${address}/v1/${path.split('/').map(encodeURIComponent).join('/')}`;
  const headers = { 'X-Vault-Token': rootToken };
  const { data } = recordAnswer.parse(await (await fetch(url, { headers })).json());
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(change(data)) });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
};
