import { type Actor, type OfferedConnection, type SignInConnectionInfo, SignInConnectionKind } from '@secret-store/api';
import { rowsOf } from '@secret-store/db';
import type { Dependencies } from '../../../dependencies.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { selection } from '../../../rows/row-statements.ts';
import { requirePermission } from '../../permissions.ts';
import { connectionInfoOf } from './connection-info.ts';

type ListDependencies = Pick<Dependencies, 'db' | 'ledger'>;

const statement = `SELECT ${selection('signInConnection')} FROM sign_in_connection ORDER BY "displayName", name`;

const allConnections = async ({ db, ledger }: ListDependencies): Promise<Rows['signInConnection'][]> =>
  ledger.memory.count('signInConnection', 'all') === 0
    ? []
    : ledger.genuineAll(
        'signInConnection',
        await rowsOf<Rows['signInConnection']>(db.pool, { text: statement, values: [] }),
      );

/** How many people each source knows, by the row memory. */
export const peopleOf = ({ ledger }: Pick<Dependencies, 'ledger'>, connectionId: string): number =>
  [...ledger.memory.claimsFrom('identity', `subject:${connectionId}/`)].length;

export const listConnections = async (
  deps: ListDependencies,
  actor: Actor,
  origin: string,
): Promise<SignInConnectionInfo[]> => {
  requirePermission(actor, 'users.read');
  const connections = await allConnections(deps);
  return connections.map((row) => connectionInfoOf(row, { origin, people: peopleOf(deps, row.id) }));
};

/** What the sign-in page offers to everybody. */
export const offeredConnections = async (deps: ListDependencies): Promise<OfferedConnection[]> => {
  const connections = await allConnections(deps);
  return connections
    .filter(({ isEnabled }) => isEnabled)
    .map(({ name, displayName, kind }) => ({ name, displayName, kind: SignInConnectionKind.parse(kind) }));
};

/** The name of the connection that the domain of what somebody typed as a name is bound to; null for none. */
export const connectionFor = async (deps: ListDependencies, typed: string): Promise<string | null> => {
  const at = typed.lastIndexOf('@');
  if (at < 0) return null;
  const id = deps.ledger.memory.claimant('signInConnection', `domain:${typed.slice(at + 1).toLowerCase()}`);
  const connection = id === null ? null : await deps.ledger.read('signInConnection', id);
  return connection?.isEnabled === true ? connection.name : null;
};
