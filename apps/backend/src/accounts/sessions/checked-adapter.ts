import { type AdapterFactory, createAdapterFactory, type CustomAdapter } from 'better-auth/adapters';
import type { BetterAuthOptions } from 'better-auth/types';
import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import type { RowKind, Rows } from '../../rows/row-kinds.ts';

const kinds = ['user', 'account', 'session'] as const satisfies readonly RowKind[];
type Kind = (typeof kinds)[number];

const kindOf = (model: string): Kind => {
  const kind = kinds.find((name) => name === model);
  if (kind === undefined) throw new Error(`a session has no use for ${model}`);
  return kind;
};

type Where = NonNullable<Parameters<CustomAdapter['findOne']>[0]['where']>;

/** All that is asked for is rows with given values. */
const valuesOf = (where: Where): Record<string, unknown> =>
  Object.fromEntries(
    where.map(({ field, value, operator, connector }) => {
      if (operator !== 'eq' || connector !== 'AND')
        throw new Error(`a session has no use for ${operator} and ${connector}`);
      return [field, value];
    }),
  );

const unused = (): never => {
  throw new Error('better-auth changes no row but a session, which it ends');
};

/**
 * better-auth's way to the database: rows are believed only by the row memory, and a session ends with an event of the audit.
 * What sessions have no use for is not there.
 */
export const checkedAdapter = (deps: Pick<Dependencies, 'db' | 'ledger'>): AdapterFactory<BetterAuthOptions> =>
  createAdapterFactory({
    config: {
      adapterId: 'checked',
      adapterName: 'rows of the row memory',
      supportsJSON: false,
      disableIdGeneration: false,
    },
    adapter: () => adapterOver(deps),
  });

const adapterOver = (deps: Pick<Dependencies, 'db' | 'ledger'>): CustomAdapter => {
  const find = async (model: string, where: Where) => {
    const rows = await deps.ledger.find(kindOf(model), valuesOf(where));
    // no session leads to a disabled user
    return rows.filter((row) => !('disabledAt' in row) || row.disabledAt === null);
  };
  return {
    create: unused,
    // the library names the type of what it asks for
    findOne: async <T>({ model, where }: { model: string; where: Where }) =>
      ((await find(model, where))[0] ?? null) as T | null,
    findMany: async <T>({ model, where = [] }: { model: string; where?: Where | undefined }) =>
      (await find(model, where)) as T[],
    count: async ({ model, where = [] }) => (await find(model, where)).length,
    update: unused,
    updateMany: unused,
    delete: async ({ model, where }) => {
      await endSessions(deps, model, where);
    },
    deleteMany: ({ model, where }) => endSessions(deps, model, where),
  };
};

const endSessions = async (deps: Pick<Dependencies, 'db' | 'ledger'>, model: string, where: Where): Promise<number> => {
  if (kindOf(model) !== 'session') return unused();
  const sessions = await deps.ledger.find('session', valuesOf(where));
  for (const session of sessions) {
    await change(deps, async (changes) => {
      await changes.remove('session', session.id);
      changes.audit({ ...(await aboutSession(deps, session)), action: 'session.end' });
    });
  }
  return sessions.length;
};

const aboutSession = async ({ ledger }: Pick<Dependencies, 'ledger'>, { userId, id }: Rows['session']) => {
  const user = await ledger.read('user', userId);
  const named = user === null ? {} : { name: user.username };
  return {
    actor: user === null ? systemActor : { type: 'user' as const, id: userId, ...named },
    subject: { type: 'user', id: userId, ...named },
    details: { sessionId: id },
  };
};
