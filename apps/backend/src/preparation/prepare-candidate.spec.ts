import { afterEach, afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importOpeningKey, open, verifyActivation, verifySealedRecord } from '@secret-store/sealing';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { decodeConfiguration } from '../configurations/configuration-text.ts';
import { lawfulChange } from '../ledger/testing/lawful-change.ts';
import { ensureActivations } from '../startup/ensure-activations.ts';
import { ScriptedWorker } from '../workers/testing/scripted-worker.ts';
import { resumePreparations } from './preparer.ts';
import { providerFor } from '../running/provider-access.ts';
import { moduleArchive, pluginSource } from '../providers/testing/module-archive.ts';
import { activeVersion } from '../providers/testing/active-version.ts';
import { providerClient } from '../providers/testing/provider-client.ts';

let backend: TestBackend;
let client: ReturnType<typeof providerClient>;
let module: Buffer;
let other: Buffer;

beforeAll(async () => {
  backend = await startTestBackend();
  client = providerClient(backend);
  module = await moduleArchive();
  other = await moduleArchive({ source: pluginSource('the next version') });
});
afterAll(() => backend.close());
afterEach(() => {
  backend.worker.online = true;
  backend.worker.script = null;
});

const rowOf = async (id: string) => ({
  ...(await backend.deps.db.prisma.provider.findUniqueOrThrow({ where: { id }, include: { versions: true } })),
  active: await activeVersion(backend, id),
});
/** without what stands beside it to be tried */
const servingOf = async (id: string) => ({ ...(await rowOf(id)), versions: [], candidateNumber: null, lastNumber: 0 });
const preparationOf = async (id: string) =>
  (await backend.asAdministrator('GET', `/v1/admin/plugins/secret-provider/${id}/preparation`)).json;
const stepsOf = async (id: string) => {
  const row = await backend.deps.db.prisma.providerPreparation.findUniqueOrThrow({ where: { providerId: id } });
  const steps: unknown = row.steps;
  if (!Array.isArray(steps)) throw new Error('the steps are no list');
  return Object.fromEntries(steps.map(({ step, state }: { step: string; state: string }) => [step, state]));
};
const audited = async (id: string, action: string) => {
  await backend.deps.ledger.flush();
  return backend.deps.db.prisma.auditEvent.count({ where: { subjectId: id, action } });
};

describe('a module that is uploaded', () => {
  it('goes through every step, and each question is about a test secret of its own', async () => {
    const before = backend.worker.questions.length;
    const { id } = await client.addActive(module);
    expect(Object.values(await stepsOf(id))).toEqual(Array(12).fill('done'));
    expect(await preparationOf(id)).toMatchObject({ state: 'active', step: 'active' });
    const asked = backend.worker.questions.slice(before);
    expect(asked.map(({ context }) => context.version)).toEqual([1, 2, 1]);
    expect(new Set(asked.map(({ providerKey }) => providerKey)).size).toBe(1);
    const { throwAway } = await backend.deps.db.prisma.providerPreparation.findUniqueOrThrow({
      where: { providerId: id },
    });
    expect(throwAway).toBeNull();
  });

  it.each([
    [
      'read',
      () => ({ outcome: 'failed' as const, version: null, message: 'the vault does not permit this' }),
      'permit',
    ],
    ['read', () => ({ outcome: 'mismatch' as const, version: null }), 'another value'],
    ['read', () => ({ outcome: 'not-found' as const, version: null }), 'same vault'],
    ['update', () => ({ outcome: 'match' as const, version: 'always the same' }), 'same after an update'],
    [
      'update',
      ({ context }: { context: { version: number } }) => ({ version: `other-${context.version}` }),
      'another version',
    ],
  ])('that fails at the step %s leaves the one that was active, and says so', async (step, script, said) => {
    const { id } = await client.addActive(module);
    const before = await servingOf(id);
    backend.worker.script = script;
    const answer = await client.uploadTo(id, other);
    expect(answer.json).toMatchObject({ state: 'failed', step, message: expect.stringContaining(said) });
    expect(answer.message + answer.text).toContain('stays active');
    expect(await servingOf(id)).toEqual(before);
    expect((await stepsOf(id))[step]).toBe('failed');
    expect(await (await providerFor(backend.deps, id, 'create')).provider.allowsCreate()).toBe(true);
  });

  it.each([
    ['of the workers', { workerConfiguration: { token: 'hunter2-reads-only' } }, 'workerConfiguration.token'],
    ['of both sides', {}, 'configuration.token'],
  ])(
    'whose key %s a worker refuses names that field, also to who asks later, until it is tried again',
    async (_, change, field) => {
      const { id } = await client.add(change);
      backend.worker.script = () => ({
        outcome: 'failed',
        version: null,
        message: 'configuration key token: is not accepted',
        key: 'token',
      });
      expect((await client.uploadTo(id, module)).json).toMatchObject({ state: 'failed', step: 'read', field });
      expect(await preparationOf(id)).toMatchObject({ state: 'failed', field });
      backend.worker.script = null;
      expect(
        (await backend.asAdministrator('POST', `/v1/admin/plugins/secret-provider/${id}/retry`)).json,
      ).not.toHaveProperty('field');
      expect(await preparationOf(id)).not.toHaveProperty('field');
    },
  );

  it('whose secret is still found after its deletion is not activated', async () => {
    const { id } = await client.add();
    backend.worker.script = () => ({});
    expect((await client.uploadTo(id, module)).json).toMatchObject({ state: 'failed', step: 'delete' });
    await expect(providerFor(backend.deps, id, 'create')).rejects.toMatchObject({ code: 8009 });
  });

  it('that creates nothing is active with those steps left out', async () => {
    const { id } = await client.add();
    const source = pluginSource().replace('allowsCreate: () => true', 'allowsCreate: () => false');
    expect((await client.uploadTo(id, await moduleArchive({ source }))).json).toMatchObject({ state: 'active' });
    expect(await stepsOf(id)).toMatchObject({
      create: 'skipped',
      read: 'skipped',
      update: 'skipped',
      delete: 'skipped',
      active: 'done',
    });
  });

  it('that does not delete names what it leaves in the vault', async () => {
    const { id } = await client.add();
    const source = pluginSource().replace('allowsDelete: () => true', 'allowsDelete: () => false');
    expect((await client.uploadTo(id, await moduleArchive({ source }))).json).toMatchObject({ state: 'active' });
    expect(await preparationOf(id)).toMatchObject({
      steps: expect.arrayContaining([{ step: 'delete', state: 'skipped', message: expect.stringContaining('vault/') }]),
    });
  });

  it.each([
    ['refused', 'not-authenticated', false],
    ['left without an answer', 'timed-out', true],
  ])(
    'whose create is %s says that a test secret may be in the vault only where one may be',
    async (_, problem, may) => {
      const { id } = await client.add();
      const fail = `throw Object.assign(new Error('failed'), { code: 'VAULT_PROBLEM', problem: '${problem}' });`;
      const source = pluginSource()
        .replace('held.set(context.secretId, value);', fail)
        .replace('held.delete(context.secretId)', `{ ${fail} }`);
      const answer = await client.uploadTo(id, await moduleArchive({ source }));
      expect(answer.json).toMatchObject({ state: 'failed', step: 'create' });
      expect(answer.text.includes('may still be in the vault')).toBe(may);
      const row = await backend.deps.db.prisma.providerPreparation.findUniqueOrThrow({ where: { providerId: id } });
      expect(row.throwAway === null).toBe(!may);
    },
  );

  it('is the same module when the same bytes come again', async () => {
    const { id } = await client.addActive(module);
    expect((await client.uploadTo(id, module)).json).toMatchObject({ state: 'active' });
    const { moduleSha256 } = await activeVersion(backend, id);
    expect(await backend.deps.db.prisma.pluginModule.count({ where: { sha256: moduleSha256 ?? '' } })).toBe(1);
  });
});

describe('without a worker', () => {
  it('an upload waits, the old one serves, and it becomes active by itself when a worker is there', async () => {
    const { id } = await client.addActive(module);
    const before = await rowOf(id);
    backend.worker.online = false;
    expect((await client.uploadTo(id, other)).json).toMatchObject({
      state: 'waiting',
      step: 'read',
      message: expect.stringContaining('worker'),
    });
    await resumePreparations(backend.deps);
    expect((await rowOf(id)).active.moduleSha256).toBe(before.active.moduleSha256);
    backend.worker.online = true;
    await resumePreparations(backend.deps);
    expect((await rowOf(id)).active.moduleSha256).not.toBe(before.active.moduleSha256);
    expect(await preparationOf(id)).toMatchObject({ state: 'active' });
  });

  it('a question that nobody takes leaves no test secret noted', async () => {
    const { id } = await client.add();
    backend.worker.script = () => null;
    expect((await client.uploadTo(id, module)).json).toMatchObject({ state: 'waiting' });
    const { throwAway } = await backend.deps.db.prisma.providerPreparation.findUniqueOrThrow({
      where: { providerId: id },
    });
    expect(throwAway).toBeNull();
  });

  it('a new configuration waits too, while names change at once', async () => {
    const { id } = await client.addActive(module);
    backend.worker.online = false;
    const configuration = { token: 'hunter2-next', address: null };
    const name = `Renamed ${id}`;
    expect((await client.update(id, { name, configuration })).status).toBe(200);
    expect((await client.get(id)).name).toBe(name);
    expect((await rowOf(id)).activationNumber).toBe(1 + 1);
    backend.worker.online = true;
    await resumePreparations(backend.deps);
    expect((await rowOf(id)).activationNumber).toBe(3);
  });
});

describe('a backend that ended in the middle of a preparation', () => {
  it('has it taken up by the next one, which removes the test secret first', async () => {
    const { id } = await client.addActive(module);
    backend.worker.online = false;
    await client.uploadTo(id, other);
    const throwAway = {
      providerKey: 'vault/left',
      context: { secretId: 'left', algorithmId: 'a', environmentVariable: 'THROW_AWAY', version: 1 },
    };
    const changedAt = new Date(Date.now() - 3_600_000);
    await lawfulChange(backend.deps, 'preparation', id, { state: 'running', throwAway });
    await backend.deps.db.prisma.providerPreparation.update({ where: { providerId: id }, data: { changedAt } });
    backend.worker.online = true;
    await resumePreparations(backend.deps);
    expect(await preparationOf(id)).toMatchObject({ state: 'active' });
    expect(
      (await backend.deps.db.prisma.providerPreparation.findUniqueOrThrow({ where: { providerId: id } })).throwAway,
    ).toBeNull();
  });
});

describe('a new configuration', () => {
  it('that does not work changes nothing, and names the key', async () => {
    const { id } = await client.addActive(module);
    const before = await servingOf(id);
    const missing = await client.update(id, {
      name: 'Never',
      configuration: { address: 'https://vault.example.com:8200' },
    });
    expect([missing.status, missing.code]).toEqual([400, 6001]);
    expect(missing.message).toContain('token');
    expect(missing.fields).toEqual(['configuration.token']);
    backend.worker.script = () => ({ outcome: 'failed', version: null, message: 'the vault refuses the credentials' });
    const refused = await client.update(id, { name: 'Never', configuration: { token: 'hunter2-bad', address: null } });
    expect([refused.status, refused.code]).toEqual([502, 8009]);
    expect(refused.message).toContain('refuses the credentials');
    expect(await servingOf(id)).toEqual(before);
  });
});

describe('going back', () => {
  it('puts module and configuration before active again, by a higher number, and once more comes back', async () => {
    const { id } = await client.addActive(module);
    const first = await rowOf(id);
    await client.uploadTo(id, other, {
      configuration: JSON.stringify({ token: 'hunter2-second', address: 'https://vault.example.com:8200' }),
    });
    const second = await rowOf(id);
    const back = () => backend.asAdministrator('POST', `/v1/admin/plugins/secret-provider/${id}/previous`);
    expect((await back()).json).toMatchObject({ state: 'active', sha256: first.active.moduleSha256 });
    const third = await rowOf(id);
    expect(third.active).toEqual(first.active);
    expect(third.activationNumber).toBe(second.activationNumber + 1);
    const activation = verifyActivation(third.activation, backend.deps.keys.verificationKey);
    expect(activation).toMatchObject({ providerId: id, number: third.activationNumber });
    expect(await (await providerFor(backend.deps, id, 'create')).provider.allowsCreate()).toBe(true);
    expect((await back()).json).toMatchObject({ state: 'active', sha256: second.active.moduleSha256 });
    expect(await audited(id, 'provider.go-back')).toBe(2);
  });

  it('is refused with 8021 when there was nothing before', async () => {
    const { id } = await client.addActive(module);
    const url = `/v1/admin/plugins/secret-provider/${id}/previous`;
    expect((await backend.asAdministrator('POST', url)).code).toBe(8021);
  });

  it.each(['sealed', 'sealedForWorkers'] as const)(
    'is refused with 8009 when somebody exchanged %s for another provider’s',
    async (column) => {
      const { id } = await client.addActive(module, { workerConfiguration: { token: 'hunter2-reads-only' } });
      await client.uploadTo(id, other, { workerConfiguration: JSON.stringify({ token: 'hunter2-reads-only' }) });
      const stranger = await client.addActive(module, { workerConfiguration: { token: 'hunter2-reads-only' } });
      const { [column]: record } = await activeVersion(backend, stranger.id);
      const before = await rowOf(id);
      await lawfulChange(backend.deps, 'providerVersion', `${id}/${before.previousNumber}`, { [column]: record });
      const url = `/v1/admin/plugins/secret-provider/${id}/previous`;
      expect((await backend.asAdministrator('POST', url)).code).toBe(8009);
      expect((await rowOf(id)).activationNumber).toBe(before.activationNumber);
    },
  );
});

describe('a provider from before activations', () => {
  const forget = (id: string) => lawfulChange(backend.deps, 'provider', id, { activation: null });

  it('stays active, at the activation number that its workers know', async () => {
    const { id } = await client.addActive(module);
    const { activationNumber } = await forget(id);
    await ensureActivations(backend.deps);
    expect(verifyActivation((await rowOf(id)).activation, backend.deps.keys.verificationKey)).toMatchObject({
      providerId: id,
      number: activationNumber,
    });
    await backend.deps.plugins.retire(id);
    expect(await (await providerFor(backend.deps, id, 'create')).provider.allowsCreate()).toBe(true);
  });

  it('gets none for a configuration that is another provider’s', async () => {
    const [{ id }, stranger] = [await client.addActive(module), await client.addActive(module)];
    await forget(id);
    const { sealed } = await activeVersion(backend, stranger.id);
    const { number } = await activeVersion(backend, id);
    await lawfulChange(backend.deps, 'providerVersion', `${id}/${number}`, { sealed });
    await ensureActivations(backend.deps);
    expect((await rowOf(id)).activation).toBeNull();
  });
});

describe('credentials of the workers', () => {
  const openForPool = async (record: unknown) => {
    const { binding } = verifySealedRecord({ record, signerKey: backend.deps.keys.verificationKey });
    const openingKeys = await Promise.all(backend.keys.worker.poolKeys.map(importOpeningKey));
    return decodeConfiguration(
      await open({ record, binding, openingKeys, signerKey: backend.deps.keys.verificationKey }),
    );
  };

  it('are sealed when they are saved, and the workers get none of the backend’s', async () => {
    const { id } = await client.addActive(module, { workerConfiguration: { token: 'hunter2-reads-only' } });
    const version = await activeVersion(backend, id);
    expect(version.workerConfigurationKeys).toEqual(['token']);
    expect(Object.fromEntries(await openForPool(version.sealed))).toEqual({
      address: 'https://vault.example.com:8200',
    });
    expect(Object.fromEntries(await openForPool(version.sealedForWorkers))).toEqual({
      token: 'hunter2-reads-only',
    });
    expect(JSON.stringify(await rowOf(id)) + backend.logged()).not.toContain('hunter2');
    expect(backend.worker.questions.at(-1)?.sealedForWorkers).toEqual(version.sealedForWorkers);
  });

  it('stay sealed as they are when the backend’s change, and are removed with null', async () => {
    const { id, name } = await client.addActive(module, { workerConfiguration: { token: 'hunter2-reads-only' } });
    const before = await rowOf(id);
    expect((await client.update(id, { name, configuration: { token: 'hunter2-writes', address: null } })).status).toBe(
      200,
    );
    expect((await rowOf(id)).active.sealedForWorkers).toEqual(before.active.sealedForWorkers);
    expect((await client.update(id, { name, configuration: undefined, workerConfiguration: null })).status).toBe(200);
    const after = await rowOf(id);
    expect(after.active.sealedForWorkers).toBeNull();
    expect((await openForPool(after.active.sealed)).get('token')).toBe('hunter2-writes');
  });

  it.each([
    ['another module', async (id: string) => client.uploadTo(id, other)],
    [
      'another destination',
      (id: string, name: string) =>
        client.update(id, { name, configuration: { token: 'hunter2', address: 'https://elsewhere.example.com' } }),
    ],
  ])('are asked for again for %s', async (_, change) => {
    const { id, name } = await client.addActive(await moduleArchive({ source: pluginSource(_) }), {
      workerConfiguration: { token: 'hunter2-reads-only' },
    });
    // typed for the first module, by now sealed for it
    await client.update(id, { name, configuration: undefined, workerConfiguration: { token: 'hunter2-reads-only' } });
    const before = await servingOf(id);
    const answer = await change(id, name);
    expect([answer.status, answer.code]).toEqual([400, 6001]);
    expect(answer.message).toContain('workerConfiguration');
    expect(answer.fields).toEqual(['workerConfiguration', 'workerConfiguration.token']);
    expect(await servingOf(id)).toEqual(before);
  });
});

describe('a version for which secrets are stored', () => {
  const store = async () => {
    const { id } = await client.addActive(module);
    const algorithm = await backend.asAdministrator('POST', '/v1/algorithms', {
      owner: 'admin',
      name: `a${id.slice(-12)}`,
    });
    const { id: algorithmId } = z.object({ id: z.string() }).parse(algorithm.json);
    const request = {
      ...{ short_name: 'A', description: '', owner_type: 'algorithm', owner_id: algorithmId },
      ...{ secret_key: 'STORED', secret_value: 'hunter2', provider_id: id },
    };
    expect((await backend.asAdministrator('POST', `/v1/algorithms/${algorithmId}/secrets`, request)).status).toBe(200);
    return id;
  };
  /** answers about stored secrets: the first is the candidate's, the second that of what serves */
  const answering = (...outcomes: readonly ('match' | 'not-found' | 'failed')[]) => {
    const left = [...outcomes];
    const usual = new ScriptedWorker();
    backend.worker.script = (question) => {
      if (question.onlyVersion !== true) return usual.answerTo(question);
      const outcome = left.shift() ?? 'match';
      return { outcome, version: null, message: outcome === 'failed' ? 'the path is not one of its own' : '' };
    };
  };

  it.each([
    ['not-found', 'it is not there'],
    ['failed', 'the path is not one of its own'],
  ] as const)('is not active where a worker says %s, and what serves can read them', async (outcome, words) => {
    const id = await store();
    const before = await servingOf(id);
    answering(outcome, 'match');
    const answer = await client.uploadTo(id, other);
    expect(answer.json).toMatchObject({ state: 'failed', step: 'stored', message: expect.stringContaining('STORED') });
    expect(answer.text).toContain(words);
    expect(answer.text).not.toContain('hunter2');
    expect(await servingOf(id)).toEqual(before);
  });

  it('is active where what serves cannot read them either', async () => {
    const id = await store();
    answering('not-found', 'failed');
    expect((await client.uploadTo(id, other)).json).toMatchObject({ state: 'active' });
  });

  it('asks for the version only', async () => {
    const id = await store();
    const begun = backend.worker.questions.length;
    expect((await client.uploadTo(id, other)).json).toMatchObject({ state: 'active' });
    const asked = backend.worker.questions
      .slice(begun)
      .filter(({ context }) => context.environmentVariable === 'STORED');
    expect(asked.map(({ onlyVersion }) => onlyVersion)).toEqual([true]);
  });
});
