import { ApiError } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../../../dependencies.ts';

/**
 * The ids, each once, in one order.
 * @throws {ApiError} 6001 where one of them is no person whom this source has described
 */
export const requirePeople = async (
  { db, ledger }: Pick<Dependencies, 'db' | 'ledger'>,
  connectionId: string,
  ids: readonly string[],
): Promise<string[]> => {
  const wanted = [...new Set(ids.map((id) => id.toLowerCase()))].sort();
  const possible = wanted.filter((id) => z.uuid().safeParse(id).success);
  const rows = await db.prisma.scimUser.findMany({ where: { connectionId, id: { in: possible } } });
  const known = new Set((await ledger.genuineAll('scimUser', rows)).map(({ id }) => id));
  if (wanted.every((id) => known.has(id))) return wanted;
  throw new ApiError(
    'InputValidationError',
    'members has an id that is no user of this source. Create the user first.',
    {
      field: 'members',
    },
  );
};
