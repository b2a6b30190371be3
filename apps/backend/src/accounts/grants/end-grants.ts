import type { Dependencies } from '../../dependencies.ts';
import type { Change } from '../../ledger/change.ts';

interface Ended {
  readonly memberships?: number;
  readonly collaborations?: number;
}

type GrantKind = 'membership' | 'collaborator';
const parts = { membership: 'organizationId', collaborator: 'algorithmId' } as const;

/** Those that the row memory has, also where somebody hides their rows, and those that are there. */
const idsWhere = async (
  { ledger }: Pick<Dependencies, 'ledger'>,
  changes: Change,
  kind: GrantKind,
  { column, value, remembered }: { column: string; value: string; remembered: () => Iterable<string> },
): Promise<string[]> => {
  const rows = await changes.query<{ id: string }>({
    text: `SELECT "${parts[kind]}"::text || '/' || "userId" AS id FROM ${kind} WHERE "${column}"::text = $1`,
    values: [value],
  });
  await ledger.chain.read();
  return [...new Set([...remembered(), ...rows.map(({ id }) => id)])];
};

/** What a person who is deleted was granted. The caller has locked the user's row. @returns how many of what there was */
export const endGrantsOf = async (
  deps: Pick<Dependencies, 'ledger'>,
  changes: Change,
  userId: string,
): Promise<Ended> => {
  const end = async (kind: GrantKind): Promise<number> => {
    const remembered = () => deps.ledger.memory.livingIn(kind, userId);
    const ids = await idsWhere(deps, changes, kind, { column: 'userId', value: userId, remembered });
    await changes.removeAll(kind, ids);
    return ids.length;
  };
  const [memberships, collaborations] = [await end('membership'), await end('collaborator')];
  return { ...(memberships > 0 && { memberships }), ...(collaborations > 0 && { collaborations }) };
};

/** What was granted in an organization, or on an algorithm, that is deleted. @returns how many */
export const endGrantsIn = async (
  deps: Pick<Dependencies, 'ledger'>,
  changes: Change,
  kind: GrantKind,
  id: string,
): Promise<number> => {
  const remembered = () => deps.ledger.memory.livingFrom(kind, `${id}/`);
  const ids = await idsWhere(deps, changes, kind, { column: parts[kind], value: id, remembered });
  await changes.removeAll(kind, ids);
  return ids.length;
};
