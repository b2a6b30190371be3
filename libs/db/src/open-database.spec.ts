import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isUniqueViolation } from './is-unique-violation.ts';
import { openDatabase, type Database } from './open-database.ts';
import { isUnavailable } from './waiting/is-unavailable.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase();
  database = await openDatabase({ url: test.url });
});

afterAll(async () => {
  await database.close();
  await test.drop();
});

const provider = {
  description: '',
  kind: 'internal',
  interfaceVersion: '1.0.0',
};

it('tells a broken unique constraint from any other failure, by its name too', async () => {
  const { prisma, pool } = database;
  await prisma.workerPool.create({ data: { id: randomUUID(), name: 'taken' } });
  const byPrisma = await failureOf(prisma.workerPool.create({ data: { id: randomUUID(), name: 'taken' } }));
  const byStatement = await failureOf(
    pool.query(`INSERT INTO worker_pool (id, name) VALUES ($1, 'taken')`, [randomUUID()]),
  );
  const byRawPrisma = await failureOf(
    prisma.$executeRaw`INSERT INTO worker_pool (id, name) VALUES (gen_random_uuid(), 'taken')`,
  );
  for (const error of [byPrisma, byStatement, byRawPrisma]) {
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'worker_pool_name_key')).toBe(true);
    expect(isUniqueViolation(error, 'worker_pool_pkey')).toBe(false);
  }
  const unknownPool = { id: randomUUID(), owner: 'o', name: 'n', poolId: randomUUID() };
  expect(isUniqueViolation(await failureOf(prisma.algorithm.create({ data: unknownPool })))).toBe(false);
  expect(isUniqueViolation(new Error('other'))).toBe(false);
});

it('lets at most one provider be the default', async () => {
  const create = (name: string, isDefault: boolean) =>
    database.prisma.provider.create({ data: { ...provider, id: randomUUID(), name, isDefault } });
  await create('one', true);
  await create('two', false);
  expect(isUniqueViolation(await failureOf(create('three', true)), 'provider_one_default')).toBe(true);
  expect(await database.prisma.provider.count()).toBe(2);
});

it('refuses a default provider that is disabled or has no module', async () => {
  const { prisma } = database;
  await prisma.provider.updateMany({ data: { isDefault: false } });
  const disabled = { ...provider, id: randomUUID(), name: 'disabled', isDefault: true, isEnabled: false };
  const withoutModule = { ...provider, id: randomUUID(), name: 'without', isDefault: true, kind: 'plugin' };
  for (const data of [disabled, withoutModule]) await failureOf(prisma.provider.create({ data }));
  expect(await prisma.provider.count({ where: { isDefault: true } })).toBe(0);
});

it('never changes or removes an audit event', async () => {
  const { prisma, pool } = database;
  const event = {
    id: randomUUID(),
    at: new Date(),
    actorType: 'system',
    actorId: 'backend',
    action: 'secret.create',
    subjectType: 'secret',
    subjectId: randomUUID(),
    details: {},
    previousHash: '',
    hash: 'a',
  };
  await prisma.auditEvent.create({ data: event });
  await failureOf(prisma.auditEvent.updateMany({ data: { actorId: 'nobody' } }));
  await failureOf(prisma.auditEvent.deleteMany());
  await failureOf(pool.query('TRUNCATE audit_event'));
  expect(await prisma.auditEvent.findMany({ select: { actorId: true } })).toEqual([{ actorId: 'backend' }]);
});

it('sorts owners and names of algorithms byte by byte, whatever the language of the server', async () => {
  const { rows } = await database.pool.query<{ collation: string }>(
    `SELECT collation_name AS collation FROM information_schema.columns
     WHERE table_name = 'algorithm' AND column_name IN ('owner', 'name')`,
  );
  expect(rows).toEqual([{ collation: 'C' }, { collation: 'C' }]);
});

it('ends a transaction whose process hangs, so that what it has locked is free for others', async () => {
  const hanging = await openDatabase({ url: test.url, idleInTransaction: 300 });
  const id = randomUUID();
  await database.prisma.workerPool.create({ data: { id, name: 'contested' } });
  const rename = (name: string) => ({ text: 'UPDATE worker_pool SET name = $2 WHERE id = $1', values: [id, name] });
  try {
    const failure = await failureOf(
      hanging.transaction(async (tx) => {
        await tx.query(rename('from the one that hangs'));
        await database.transaction((other) => other.query(rename('from another one')));
      }),
    );
    expect(isUnavailable(failure)).toBe(true);
    expect(await database.prisma.workerPool.findUnique({ where: { id } })).toMatchObject({ name: 'from another one' });
    // the connection is not used again
    await hanging.transaction((tx) => tx.query(rename('later')));
  } finally {
    await hanging.close();
  }
});

it('ends a transaction on the side whose process hangs too: it may be the one that chains the audit', async () => {
  const hanging = await openDatabase({ url: test.url, idleInTransaction: 300 });
  const lock = 'SELECT pg_advisory_xact_lock(1, 2)';
  const client = await hanging.side.connect();
  try {
    await client.query('BEGIN');
    await client.query(lock);
    await database.transaction((other) => other.query({ text: lock }));
    expect(isUnavailable(await failureOf(client.query('COMMIT')))).toBe(true);
  } finally {
    client.release(true);
    await hanging.close();
  }
});

const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
  return work.then(
    () => expect.fail('the database took it'),
    (error: unknown) => error,
  );
};
