import { createHash } from 'node:crypto';
import { testDatabaseAt } from '@secret-store/db/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { lawfulChange } from '../ledger/testing/lawful-change.ts';
import { activeVersion } from '../providers/testing/active-version.ts';
import { moduleArchive, pluginSource } from '../providers/testing/module-archive.ts';
import { providerClient } from '../providers/testing/provider-client.ts';
import { providerFor } from '../running/provider-access.ts';
import { resumePreparations } from './preparer.ts';

let backend: TestBackend;
let client: ReturnType<typeof providerClient>;

beforeEach(async () => {
  backend = await startTestBackend();
  client = providerClient(backend);
});
afterEach(() => backend.close());

const sql = (text: string, values: unknown[] = []) => backend.deps.db.pool.query(text, values);
const newModule = (note: string) => moduleArchive({ source: pluginSource(note) });

/** What an attacker who writes the database can do: insert a row with what other rows hold. */
const plantModule = async (note: string): Promise<string> => {
  const bytes = await newModule(note);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await sql(`INSERT INTO plugin_module (sha256, bytes, "sizeBytes", manifest) VALUES ($1, $2, $3, '{}')`, [
    sha256,
    bytes,
    bytes.length,
  ]);
  return sha256;
};

const plantCandidate = async (id: string, from: string, sha256: string | null): Promise<void> => {
  await sql(
    `INSERT INTO provider_version ("providerId", number, "moduleSha256", "moduleName", "factoryClassName", revision,
       "configurationKeys", encrypted, sealed, "workerConfigurationKeys", "sealedForWorkers")
     SELECT "providerId", p."lastNumber" + 1, COALESCE($2, "moduleSha256"), 'm.tgz', "factoryClassName", v.revision,
       "configurationKeys", encrypted, sealed, "workerConfigurationKeys", "sealedForWorkers"
     FROM provider_version v JOIN provider p ON p.id = v."providerId" AND v.number = p."${from}" WHERE p.id = $1`,
    [id, sha256],
  );
  await sql(`UPDATE provider SET "lastNumber" = "lastNumber" + 1, "candidateNumber" = "lastNumber" + 1 WHERE id = $1`, [
    id,
  ]);
  await sql(
    `INSERT INTO provider_preparation ("providerId", "userId", sha256, state, step, message, steps)
     VALUES ($1, 'admin', $2, 'waiting', 'read', '', '[]')
     ON CONFLICT ("providerId") DO UPDATE SET state = 'waiting'`,
    [id, sha256 ?? ''],
  );
};

const became = async (action: string): Promise<number> => {
  await backend.deps.ledger.flush();
  return backend.deps.db.prisma.auditEvent.count({ where: { action } });
};

/** The preparer had its turn, with a worker that reads everything, and did nothing. */
const expectNothingTried = async (): Promise<void> => {
  const questions = backend.worker.questions.length;
  const [resumed, activated] = [
    await became('provider.resume-preparation'),
    await became('provider.retry-preparation'),
  ];
  await resumePreparations(backend.deps);
  expect(backend.worker.questions.length).toBe(questions);
  expect(await became('provider.resume-preparation')).toBe(resumed);
  expect(await became('provider.retry-preparation')).toBe(activated);
  // what is refused is noted beside the work
  await expect.poll(() => became('row.refuse')).toBeGreaterThan(0);
};

describe('what somebody plants in the database to be tried next', () => {
  it('does not get the credential of a provider that waits for its first module', async () => {
    const { id } = await client.add();
    await plantCandidate(id, 'activeNumber', await plantModule('thief'));
    await expectNothingTried();
    await expect(providerFor(backend.deps, id, 'create')).rejects.toMatchObject({ name: 'RowRefused' });
  });

  it('is not what an administrator’s next configuration activates', async () => {
    const { id, name } = await client.addActive(await newModule('ours'));
    const before = await activeVersion(backend, id);
    await plantCandidate(id, 'activeNumber', await plantModule('thief'));
    const configuration = { token: 'hunter2-next', address: 'https://vault.example.com:8200' };
    expect((await client.update(id, { name, configuration })).status).toBe(500);
    expect(await activeVersion(backend, id)).toEqual(before);
    await expectNothingTried();
  });

  it('does not bring back an earlier version under a new number', async () => {
    const { id } = await client.addActive(await newModule('first'));
    await client.uploadTo(id, await newModule('second'));
    const before = await activeVersion(backend, id);
    await plantCandidate(id, 'previousNumber', null);
    await expectNothingTried();
    expect(await activeVersion(backend, id)).toEqual(before);
  });

  it('does not bring back the provider as it was', async () => {
    const { id } = await client.addActive(await newModule('first'));
    const { rows: earlier } = await sql('SELECT * FROM provider WHERE id = $1', [id]);
    await client.uploadTo(id, await newModule('second'));
    const { activeNumber, previousNumber, lastNumber, revision, activation, updatedAt } = earlier[0];
    await sql(
      `UPDATE provider SET "activeNumber" = $2, "previousNumber" = $3, "lastNumber" = $4, revision = $5, activation = $6,
         "updatedAt" = $7 WHERE id = $1`,
      [id, activeNumber, previousNumber, lastNumber, revision, activation, updatedAt],
    );
    await backend.deps.plugins.retire(id);
    await expect(providerFor(backend.deps, id, 'create')).rejects.toMatchObject({ name: 'RowRefused' });
  });

  it('does not have a failed candidate tried once more', async () => {
    const { id } = await client.addActive(await newModule('ours'));
    backend.worker.script = () => ({ outcome: 'mismatch' as const, version: null });
    expect((await client.uploadTo(id, await newModule('fails'))).json).toMatchObject({ state: 'failed' });
    backend.worker.script = null;
    await sql(`UPDATE provider_preparation SET state = 'waiting' WHERE "providerId" = $1`, [id]);
    await expectNothingTried();
  });

  it('does not have another secret deleted in the vault as a test secret', async () => {
    const { id } = await client.addActive(await newModule('ours'));
    backend.worker.online = false;
    await client.uploadTo(id, await newModule('waits'));
    backend.worker.online = true;
    const context = { secretId: 'victim', algorithmId: 'a', environmentVariable: 'A', version: 1 };
    await sql(`UPDATE provider_preparation SET "throwAway" = $2 WHERE "providerId" = $1`, [
      id,
      JSON.stringify({ providerKey: 'vault/victim', context }),
    ]);
    await expectNothingTried();
    const retried = await backend.asAdministrator('POST', `/v1/admin/plugins/secret-provider/${id}/retry`);
    expect(retried.status).toBe(500);
  });
});

describe('a number that served before', () => {
  it('is not tried, also when the store itself wrote it', async () => {
    const { id } = await client.addActive(await newModule('first'));
    await client.uploadTo(id, await newModule('second'));
    const before = await activeVersion(backend, id);
    const { asOwner } = await testDatabaseAt(backend.databaseUrl);
    await asOwner('ALTER TABLE provider DROP CONSTRAINT provider_version_numbers');
    await lawfulChange(backend.deps, 'provider', id, { candidateNumber: before.number - 1 });
    await lawfulChange(backend.deps, 'preparation', id, { state: 'waiting' });
    const questions = backend.worker.questions.length;
    await resumePreparations(backend.deps);
    expect(backend.worker.questions.length).toBe(questions);
    expect(await activeVersion(backend, id)).toEqual(before);
    const retried = await backend.asAdministrator('POST', `/v1/admin/plugins/secret-provider/${id}/retry`);
    expect(retried.code).toBe(8021);
  });
});

describe('the default provider', () => {
  it('is not the one that somebody marks in the database', async () => {
    const { id } = await client.addActive(await newModule('ours'));
    const created = await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'demo', name: 'model' });
    const algorithm = JSON.parse(created.text);
    await sql(`UPDATE provider SET "isDefault" = false`);
    await sql(`UPDATE provider SET "isDefault" = true WHERE id = $1`, [id]);
    const secret = await backend.asAdministrator('POST', `/v1/algorithms/${algorithm.id}/secrets`, {
      ...{ short_name: 'One', description: '', owner_type: 'algorithm', owner_id: algorithm.id },
      ...{ secret_key: 'ONE', secret_value: 'hunter2-value' },
    });
    expect(secret.status).toBe(500);
    expect(await backend.deps.db.prisma.secret.count()).toBe(0);
  });
});
