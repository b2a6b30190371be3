import type { Session } from '@secret-store/db';
import { type AdapterFactory, createAdapterFactory, type CustomAdapter } from 'better-auth/adapters';
import type { BetterAuthOptions } from 'better-auth/types';
import { systemActor } from '../../audit/audit-entry.ts';
import type { Dependencies } from '../../dependencies.ts';
import { change } from '../../ledger/change.ts';
import { requestAddress } from '../../request-context.ts';
import type { RowKind } from '../../rows/row-kinds.ts';

const kinds = ['user', 'account', 'session'] as const satisfies readonly RowKind[];
type Kind = (typeof kinds)[number];

const kindOf = (model: string): Kind => {
  const kind = kinds.find((name) => name === model);
  if (kind === undefined) throw new Error(`sign-in has no use for ${model}`);
  return kind;
};

type Where = NonNullable<Parameters<CustomAdapter['findOne']>[0]['where']>;

/** All that sign-in asks for is rows with given values. */
const valuesOf = (where: Where): Record<string, unknown> =>
  Object.fromEntries(
    where.map(({ field, value, operator, connector }) => {
      if (operator !== 'eq' || connector !== 'AND')
        throw new Error(`sign-in has no use for ${operator} and ${connector}`);
      return [field, value];
    }),
  );

const unused = (): never => {
  throw new Error('sign-in changes no row');
};

/**
 * better-auth's way to the database: rows are believed only by the row memory, and a session begins and ends with an event of the
 * audit. What sign-in has no use for is not there.
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
    // neither a password nor a session leads to a disabled user
    return rows.filter((row) => !('disabledAt' in row) || row.disabledAt === null);
  };
  return {
    create: async ({ model, data }) => {
      if (kindOf(model) !== 'session') return unused();
      await beginSession(deps, sessionOf(data));
      return data;
    },
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

const sessionOf = (data: Readonly<Record<string, unknown>>): Session => {
  const text = (field: string): string => String(data[field]);
  const optional = (field: string): string | null => (data[field] ? text(field) : null);
  const time = (field: string): Date => {
    const value = data[field];
    return value instanceof Date ? value : new Date(text(field));
  };
  return {
    id: text('id'),
    token: text('token'),
    userId: text('userId'),
    ipAddress: requestAddress(),
    userAgent: optional('userAgent'),
    expiresAt: time('expiresAt'),
    createdAt: time('createdAt'),
    updatedAt: time('updatedAt'),
  };
};

const beginSession = (deps: Pick<Dependencies, 'db' | 'ledger'>, session: Session): Promise<void> =>
  change(deps, async (changes) => {
    await changes.insert('session', session);
    changes.audit({ ...(await aboutSession(deps, session)), action: 'session.create' });
  });

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

const aboutSession = async ({ ledger }: Pick<Dependencies, 'ledger'>, { userId, id }: Session) => {
  const user = await ledger.read('user', userId);
  const named = user === null ? {} : { name: user.username };
  return {
    actor: user === null ? systemActor : { type: 'user' as const, id: userId, ...named },
    subject: { type: 'user', id: userId, ...named },
    details: { sessionId: id },
  };
};
