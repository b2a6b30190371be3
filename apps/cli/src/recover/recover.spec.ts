import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openDatabase, type Database } from '@secret-store/db';
import { createTestDatabase, type TestDatabase } from '@secret-store/db/testing';
import {
  certify,
  createStoreKeys,
  generateSigningKey,
  importOpeningKey,
  importSigningKey,
  open,
  parseRootPublic,
  PoolLog,
  readRecoveryFile,
  recipientKeyOf,
  seal,
  sealedRecordHash,
  sealedRecordSchema,
  type SigningKey,
  signSet,
  verifyCertificate,
  type Envelope,
  type NewSet,
  type SecretBinding,
  type StoreKeys,
} from '@secret-store/sealing';
import { createNewcomer, letIn } from '@secret-store/sealing/testing';
import { bundleProgram } from '@secret-store/bundle';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recoverAllVersions, recoverCurrentValues, type RecoveredValue } from './recover-values.ts';
import { recoveryKeys } from './recovery-keys.ts';

const root = path.resolve(import.meta.dirname, '../../../..');
const program = path.join(root, 'dist/test/cli/recover.mjs');
const providerId = '00000000-0000-7000-8000-000000000001';
const uuid = (number: number) => `0192f0c1-0000-7000-8000-${String(number).padStart(12, '0')}`;

let keys: StoreKeys;
let directory: string;
let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  await bundleProgram('apps/cli/src/recover/main.ts', program);
});

beforeEach(async () => {
  keys = await createStoreKeys();
  directory = await mkdtemp(path.join(tmpdir(), 'secret-store-recover-'));
  await writeFile(path.join(directory, 'recovery-file.json'), JSON.stringify(keys.recoveryFile));
  testDatabase = await createTestDatabase();
  database = await openDatabase({ url: testDatabase.url });
  await fillDatabase();
  return async () => {
    await database.close();
    await testDatabase.drop();
    await rm(directory, { recursive: true });
  };
});

afterAll(() => rm(program, { force: true }));

/** Runs the program itself, as a user would, with nothing of the store but the recovery file and the database. */
const runProgram = (...options: string[]) =>
  new Promise<{ exitCode: number; lines: unknown[]; problems: string }>((resolve) => {
    const environment = {
      PATH: process.env['PATH'],
      DATABASE_URL: testDatabase.url,
      SECRET_STORE_DATA_DIR: path.join(directory, 'none'),
    };
    const words = [program, path.join(directory, 'recovery-file.json'), ...options];
    execFile(process.execPath, words, { env: environment }, (error, output, problems) => {
      const lines = output
        .split('\n')
        .filter(Boolean)
        .map((line): unknown => JSON.parse(line));
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, lines, problems });
    });
  });

/** The same inside this process. */
const recover = async (recoverValues = recoverCurrentValues, recoveryFile = keys.recoveryFile) => {
  const lines: RecoveredValue[] = [];
  const problems: string[] = [];
  await recoverValues({
    prisma: database.prisma,
    keys: await readRecoveryFile(recoveryFile),
    onValue: (value) => {
      lines.push(value);
      return Promise.resolve();
    },
    onProblem: (problem) => void problems.push(problem),
  });
  return { lines, problems };
};

const sealed = (binding: Omit<SecretBinding, 'type'>, value: string) => {
  const pinned = parseRootPublic(keys.root, keys.rootFingerprint);
  const pool = recipientKeyOf(verifyCertificate(keys.backend.certificates.pools[0], pinned, 'pool'));
  return seal({
    value: Buffer.from(value),
    binding: { type: 'secret', ...binding },
    recipients: [pool, pinned.recipient],
    signer: importSigningKey(keys.backend.signingKey),
  });
};

/** demo/hello with FIRST (two versions), SECOND, and VAULT, whose value a plugin keeps. */
const fillDatabase = async () => {
  const { prisma } = database;
  const [algorithmId, poolId] = [uuid(1), uuid(2)];
  await prisma.workerPool.create({ data: { id: poolId, name: 'default' } });
  const provider = { description: '', interfaceVersion: '1.0.0' };
  await prisma.provider.upsert({
    where: { id: providerId },
    update: {},
    create: { id: providerId, name: 'Internal Secret Provider', kind: 'internal', ...provider },
  });
  await prisma.provider.create({
    data: { id: uuid(3), name: 'Vault', kind: 'plugin', activeNumber: 1, lastNumber: 1, ...provider },
  });
  await prisma.algorithm.create({ data: { id: algorithmId, owner: 'demo', name: 'hello', poolId } });
  const secrets: NewSet['secrets'] = [];
  for (const [number, environmentVariable, values] of [
    [10, 'FIRST', ['old value', 'new\n"value" é']],
    [11, 'SECOND', ['second value']],
    [12, 'VAULT', []],
  ] as const) {
    const [secretId, version] = [uuid(number), Math.max(values.length, 1)];
    const owner = { algorithmId, environmentVariable, shortName: environmentVariable, description: '' };
    const isInternal = values.length > 0;
    const place = { providerId: isInternal ? providerId : uuid(3), providerKey: isInternal ? secretId : 'kv/vault' };
    await prisma.secret.create({ data: { id: secretId, ...owner, ...place, version, valueId: uuid(100 + number) } });
    let sealedHash: string | null = null;
    for (const [index, value] of values.entries()) {
      const record = await sealed({ secretId, algorithmId, environmentVariable, version: index + 1 }, value);
      await prisma.internalSealedValue.create({ data: { providerKey: secretId, version: index + 1, record } });
      sealedHash = sealedRecordHash(record);
    }
    secrets.push({ secretId, environmentVariable, version, ...place, sealedHash, since: 1 });
  }
  await storeSet({ algorithmId, owner: 'demo', name: 'hello', number: 4, previous: null, pools: [uuid(90)], secrets });
};

const storeSet = async (set: NewSet, signer = importSigningKey(keys.backend.signingKey)) => {
  const envelope: Envelope = signSet(set, signer);
  await database.prisma.signedSet.create({ data: { algorithmId: set.algorithmId, number: set.number, envelope } });
};

const first = { algorithm: 'demo/hello', environment_variable: 'FIRST', version: 2, value: 'new\n"value" é' };
const second = { algorithm: 'demo/hello', environment_variable: 'SECOND', version: 1, value: 'second value' };
const firstKey = { providerKey: uuid(10), version: 2 };

describe('recover', () => {
  it('opens every current internal value with the recovery file and the database alone', async () => {
    expect(await runProgram()).toEqual({ exitCode: 0, lines: [first, second], problems: '' });
  });

  it('opens every version that is there when asked to', async () => {
    const old = { ...first, version: 1, value: 'old value' };
    expect(await runProgram('--all-versions')).toEqual({ exitCode: 0, lines: [old, first, second], problems: '' });
  });

  it('names what it could not open on standard error, opens the others, and exits with 1', async () => {
    await database.prisma.internalSealedValue.delete({ where: { providerKey_version: firstKey } });
    const problems = 'secret-store: demo/hello FIRST: the database holds no sealed value of this version\n';
    expect(await runProgram()).toEqual({ exitCode: 1, lines: [second], problems });
  });

  const tampering: Record<string, () => Promise<unknown>> = {
    'an old value put in the place of the current one': async () => {
      const old = await database.prisma.internalSealedValue.findFirstOrThrow({
        where: { providerKey: uuid(10), version: 1 },
      });
      await database.prisma.internalSealedValue.update({
        where: { providerKey_version: firstKey },
        data: { record: old.record ?? {} },
      });
    },
    'the value of another secret put in its place': async () => {
      const other = await database.prisma.internalSealedValue.findFirstOrThrow({ where: { providerKey: uuid(11) } });
      await database.prisma.internalSealedValue.update({
        where: { providerKey_version: firstKey },
        data: { record: other.record ?? {} },
      });
    },
    'another value that the backend sealed for the same version': async () => {
      const record = await sealed(
        { secretId: uuid(10), algorithmId: uuid(1), environmentVariable: 'FIRST', version: 2 },
        'other',
      );
      await database.prisma.internalSealedValue.update({ where: { providerKey_version: firstKey }, data: { record } });
    },
  };

  it.each(Object.entries(tampering))('does not open %s', async (_, tamper) => {
    await tamper();
    const { lines, problems } = await recover();
    expect(lines).toEqual([second]);
    expect(problems).toEqual([expect.stringMatching(/^demo\/hello FIRST: /)]);
  });

  it('opens nothing under a name that was swapped in the database', async () => {
    await database.prisma.algorithm.update({ where: { id: uuid(1) }, data: { name: 'other' } });
    expect(await recover()).toEqual({ lines: [], problems: [expect.stringMatching(/^algorithm demo\/other: /)] });
  });

  it('opens nothing of a set that the backend did not sign', async () => {
    const set: NewSet = {
      algorithmId: uuid(1),
      owner: 'demo',
      name: 'hello',
      number: 5,
      previous: null,
      pools: [uuid(90)],
      secrets: [],
    };
    await storeSet(set, await generateSigningKey());
    const problem = 'algorithm demo/hello: no certified key of the backend signed its set';
    expect(await recover()).toEqual({ lines: [], problems: [problem] });
  });

  it('opens nothing of an old set that was given a newer number', async () => {
    const old = await database.prisma.signedSet.findFirstOrThrow();
    await database.prisma.signedSet.create({ data: { algorithmId: uuid(1), number: 9, envelope: old.envelope ?? {} } });
    expect(await recover()).toEqual({ lines: [], problems: [expect.stringMatching(/^algorithm demo\/hello: /)] });
  });

  it('says so of each secret that was left out of the set', async () => {
    await storeSet({
      algorithmId: uuid(1),
      owner: 'demo',
      name: 'hello',
      number: 5,
      previous: null,
      pools: [uuid(90)],
      secrets: [],
    });
    const { lines, problems } = await recover();
    expect(lines).toEqual([]);
    expect(problems).toEqual([
      expect.stringMatching(/^demo\/hello FIRST: /),
      expect.stringMatching(/^demo\/hello SECOND: /),
    ]);
  });

  it('opens what workers sealed again, by the hash in the set and, of all versions, by the log of their pool', async () => {
    const pinned = parseRootPublic(keys.root, keys.rootFingerprint);
    const { backend, worker } = keys;
    const founding = { poolCertificate: backend.certificates.pools[0], workerCertificate: worker.workerCertificate };
    const log = PoolLog.found(founding, { root: pinned, first: null });
    const newcomer = await createNewcomer();
    const signer = (await readRecoveryFile(keys.recoveryFile)).signingKey;
    const entries = await letIn(log, newcomer, { signer, poolKeys: [await importOpeningKey(worker.poolKeys[0])] });
    const reseal = async (by: SigningKey) => {
      for (const { providerKey, version, record } of await database.prisma.internalSealedValue.findMany()) {
        const { binding } = sealedRecordSchema.parse(record);
        const value = await open({
          ...{ record, binding, hash: sealedRecordHash(sealedRecordSchema.parse(record)) },
          openingKeys: (await readRecoveryFile(keys.recoveryFile)).openingKeys,
        });
        const again = await seal({ value, binding, recipients: [pinned.recipient], signer: by });
        await database.prisma.internalSealedValue.update({
          where: { providerKey_version: { providerKey, version } },
          data: { record: again },
        });
      }
    };
    await reseal(newcomer.signer);
    expect((await recover(recoverAllVersions)).lines).toEqual([]);
    const rows = [founding, ...entries].map((envelope, number) => ({ poolId: uuid(2), number, envelope }));
    await database.prisma.poolLogEntry.createMany({ data: rows });
    expect(await recover(recoverAllVersions)).toMatchObject({ lines: { length: 3 }, problems: [] });
    await reseal(await generateSigningKey());
    expect((await recover(recoverAllVersions)).lines).toEqual([]);
  });

  it('opens nothing with the recovery file of another store', async () => {
    const { recoveryFile } = await createStoreKeys();
    expect((await recover(recoverCurrentValues, recoveryFile)).lines).toEqual([]);
    expect((await recover(recoverAllVersions, recoveryFile)).lines).toEqual([]);
  });

  it('believes a later key of the backend when its certificate is given, and no other', async () => {
    const later = await generateSigningKey();
    const claims = {
      role: 'backend',
      subjectId: 'later',
      keyId: later.keyId,
      publicKey: later.publicKey,
      issuedAt: new Date().toISOString(),
    } as const;
    const certificatesFile = path.join(directory, 'certificates.json');
    const recoveryFile = path.join(directory, 'recovery-file.json');
    const settings = {
      recoveryFile,
      certificatesFile,
      allVersions: false,
      databaseUrl: undefined,
      dataDirectory: directory,
    };
    await writeFile(
      certificatesFile,
      JSON.stringify({ backend: certify(importSigningKey(keys.recoveryFile['signingKey']), claims) }),
    );
    expect((await recoveryKeys(settings)).backendKeys.map(({ keyId }) => keyId)).toContain(later.keyId);
    await writeFile(certificatesFile, JSON.stringify({ backend: certify(later, claims) }));
    await expect(recoveryKeys(settings)).rejects.toMatchObject({ code: 'BAD_SIGNATURE' });
  });

  it('shows nothing of a recovery file that is broken', async () => {
    await writeFile(path.join(directory, 'recovery-file.json'), '{"signingKey":"hunter2"');
    const { exitCode, lines, problems } = await runProgram();
    expect({ exitCode, lines }).toEqual({ exitCode: 1, lines: [] });
    expect(problems).toMatch(/^secret-store: .+ is not JSON\n$/);
  });
});
