import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { assertDate, assertHides, assertNotFound, assertSeconds } from './conformance-assertions.ts';
import { conformanceCheck, type ConformanceCheck } from './conformance-check.ts';
import { conformanceValues } from './conformance-values.ts';
import { optionalChecks } from './optional-checks.ts';
import { freshContext, predictedKey, randomValue, TrialSecret, unknownSecret } from './trial.ts';

/** What every provider is held to. A plain list, so that any runner can use it. */
export const conformanceChecks: readonly ConformanceCheck[] = [
  conformanceCheck('reports what it allows as booleans, and its lifetime in whole seconds', [], async (trial) => {
    const { subject } = trial;
    for (const allowed of [
      await subject.backend.allowsCreate(),
      await subject.backend.allowsUpdate(),
      await subject.backend.allowsDelete(),
    ]) {
      assert.equal(typeof allowed, 'boolean');
    }
    assertSeconds(await subject.backend.getTtl());
    assertSeconds(await subject.worker.getTtl());
  }),

  conformanceCheck('gives the same value two identifiers when it is stored twice', ['create'], async (trial) => {
    const value = randomValue();
    const first = await trial.create(value);
    const second = await trial.create(value);
    assert.notEqual(first.key, second.key, 'both secrets got the same provider key');
    assert.equal(await first.value(), value);
    assert.equal(await second.value(), value);
  }),

  ...conformanceValues.map(({ name, make }) =>
    conformanceCheck(`gives back ${name}`, ['create'], async (trial) => {
      const value = make(trial.subject.maxValueBytes ?? 65_536);
      const secret = await trial.create(value);
      assert.ok((await secret.value()) === value, `${name} came back changed`);
      assertSeconds(await secret.ttl());
    }),
  ),

  conformanceCheck('gives back an updated value', ['create', 'update'], async (trial) => {
    const secret = await trial.create(randomValue());
    const neighbour = await trial.create('neighbour');
    const value = randomValue();
    await secret.update(value);
    assert.equal(await secret.value(), value);
    assert.equal(await neighbour.value(), 'neighbour', 'the update changed another secret');
  }),

  conformanceCheck('keeps the version while nothing is updated', ['create'], async (trial) => {
    const secret = await trial.create(randomValue());
    const version = await secret.version();
    assert.ok(typeof version === 'string' && version.length > 0, 'a version must be a non-empty string');
    await secret.value();
    await trial.create(randomValue());
    assert.equal(await secret.version(), version);
  }),

  conformanceCheck(
    'changes the version with an update, and returns the new version',
    ['create', 'update'],
    async (trial) => {
      const secret = await trial.create(randomValue());
      const before = await secret.version();
      const answered = await secret.update(randomValue());
      assert.notEqual(answered, before);
      assert.equal(
        await secret.version(),
        answered,
        'updateSecret returned a different version from the one that the worker reads',
      );
    },
  ),

  conformanceCheck('changes the version when an older value comes back', ['create', 'update'], async (trial) => {
    const [older, newer] = [randomValue(), randomValue()];
    const secret = await trial.create(older);
    const versions = [await secret.version()];
    for (const value of [newer, older, older]) {
      await secret.update(value);
      versions.push(await secret.version());
    }
    assert.equal(new Set(versions).size, versions.length, 'a version was used twice');
  }),

  conformanceCheck('reveals nothing of the value in key and version', ['create'], async (trial) => {
    const value = randomValue();
    const first = await trial.create(value);
    // created between them, so that a version made of a time that the first and the second share is this one's too
    const other = await trial.create(randomValue().slice(1));
    const second = await trial.create(value);
    const versions = [await first.version(), await second.version()];
    for (const text of [first.key, second.key, ...versions]) assertHides(value, text);
    // a counter gives all three the same version, and that reveals nothing
    const tellsThemApart = versions[0] === versions[1] && versions[0] !== (await other.version());
    assert.ok(
      !tellsThemApart,
      'the version reveals that two values are the same; make it of something else than the value, such as a random id',
    );
  }),

  conformanceCheck('reveals nothing of the value in the version of an update', ['create', 'update'], async (trial) => {
    const value = randomValue();
    const secret = await trial.create(randomValue());
    assertHides(value, await secret.update(value));
    assertHides(value, await secret.version());
  }),

  conformanceCheck('gives a provider key of 1 to 1,024 characters', ['create'], async (trial) => {
    const { key } = await trial.create(randomValue());
    assert.equal(typeof key, 'string');
    assert.ok(key.length >= 1 && key.length <= 1024, `the provider key has ${key.length} characters`);
  }),

  conformanceCheck('knows when a secret was stored', ['create'], async (trial) => {
    const secret = await trial.create(randomValue());
    const stored = await secret.lastUpdated();
    assertDate(stored);
    // A day allows for a vault whose clock is off; a wrong unit is still seen.
    assert.ok(
      Math.abs(stored.getTime() - Date.now()) < 86_400_000,
      'the time of a new secret is wrong by more than a day',
    );
    assert.equal((await secret.lastUpdated()).getTime(), stored.getTime(), 'the time moved without an update');
  }),

  conformanceCheck('moves the time of the last update forward, never backward', ['create', 'update'], async (trial) => {
    const secret = await trial.create(randomValue());
    const stored = await secret.lastUpdated();
    let latest = stored;
    // A vault may count in seconds: update until its clock has moved on.
    for (let attempt = 0; attempt < 30 && latest.getTime() === stored.getTime(); attempt += 1) {
      await pause(attempt * 5);
      await secret.update(randomValue());
      const updated = await secret.lastUpdated();
      assertDate(updated);
      assert.ok(updated.getTime() >= latest.getTime(), 'an update moved the time backward');
      latest = updated;
    }
    assert.ok(latest.getTime() > stored.getTime(), 'updates did not move the time');
  }),

  conformanceCheck('deletes once: true, then false, and the secret is gone', ['create', 'delete'], async (trial) => {
    const secret = await trial.create(randomValue());
    const neighbour = await trial.create('neighbour');
    assert.equal(await secret.delete(), true);
    assert.equal(await secret.delete(), false);
    await assertNotFound('getSecret', () => secret.value());
    assert.equal(await neighbour.value(), 'neighbour', 'the deletion removed another secret');
  }),

  conformanceCheck('deletes every version', ['create', 'update', 'delete'], async (trial) => {
    const secret = await trial.create(randomValue());
    await secret.update(randomValue());
    assert.equal(await secret.delete(), true);
    await assertNotFound('getSecret', () => secret.value());
    await assertNotFound('getSecretVersion', () => secret.version());
  }),

  conformanceCheck('says that an unknown secret is not found', [], async (trial) => {
    const secret = await unknownSecret(trial);
    await assertNotFound('getSecret', () => secret.value());
    await assertNotFound('getSecretVersion', () => secret.version());
    await assertNotFound('secretLastUpdated', () => secret.lastUpdated());
  }),

  conformanceCheck('updates no unknown secret', ['update'], async (trial) => {
    const secret = await unknownSecret(trial);
    await assertNotFound('updateSecret', () => secret.update(randomValue()));
    await assertNotFound('getSecret', () => secret.value());
  }),

  conformanceCheck('has nothing to delete under an unknown identifier', ['delete'], async (trial) => {
    const secret = await unknownSecret(trial);
    assert.equal(await secret.delete(), false);
  }),

  conformanceCheck('keeps twenty secrets apart that are stored at the same time', ['create'], async (trial) => {
    const values = Array.from({ length: 20 }, randomValue);
    const secrets = await Promise.all(values.map((value) => trial.create(value)));
    assert.equal(new Set(secrets.map(({ key }) => key)).size, values.length, 'two secrets got the same provider key');
    assert.deepEqual(await Promise.all(secrets.map((secret) => secret.value())), values);
  }),

  conformanceCheck('predicts the identifier that createSecret gives', ['create', 'identifierFor'], async (trial) => {
    const context = freshContext();
    const before = await trial.subject.backend.identifierFor?.(context);
    const { key } = await trial.create(randomValue(), context);
    const after = await trial.subject.backend.identifierFor?.(context);
    assert.equal(before?.getProviderKey(), key);
    assert.equal(after?.getProviderKey(), key);
  }),

  conformanceCheck(
    'lets a secret whose creation was never acknowledged be found and deleted',
    ['create', 'delete', 'identifierFor'],
    async (trial) => {
      const context = freshContext();
      await trial.create(randomValue(), context);
      const left = new TrialSecret(trial.subject, await predictedKey(trial, context), context);
      assert.equal(await left.delete(), true);
      await assertNotFound('getSecret', () => left.value());
    },
  ),

  ...optionalChecks,
];
