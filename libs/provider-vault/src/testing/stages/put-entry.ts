import type { VaultStage } from './vault-stage.ts';

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
