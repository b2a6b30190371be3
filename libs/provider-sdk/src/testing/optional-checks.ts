import assert from 'node:assert/strict';
import { assertDate, assertHides, assertNotFound, assertRefused } from './conformance-assertions.ts';
import { conformanceCheck, type ConformanceCheck } from './conformance-check.ts';
import { freshContext, randomValue, type Trial, unknownSecret } from './trial.ts';

/** Checks on the optional methods that later versions of the interface added. */
export const optionalChecks: readonly ConformanceCheck[] = [
  conformanceCheck('refers to an existing secret, and reads it', ['referTo', 'existing'], async (trial) => {
    const value = randomValue();
    const secret = await trial.referToExisting(value);
    assert.ok(
      secret.key.length >= 1 && secret.key.length <= 1024,
      `the provider key has ${secret.key.length} characters`,
    );
    assertHides(value, secret.key);
    assert.ok((await secret.value()) === value, 'the value of the referenced secret came back changed');
    const version = await secret.version();
    assert.equal(await secret.version(), version);
    assertHides(value, version);
    assertDate(await secret.lastUpdated());
  }),

  conformanceCheck('refuses a reference to a secret that does not exist', ['referTo', 'existing'], async (trial) => {
    const context = freshContext();
    const { reference } = await trial.existing(randomValue());
    const unknown = reference.replace(/[A-Za-z0-9]+/, (first) => `${first}${context.secretId.slice(0, 8)}`);
    await assertRefused('referTo', async () => trial.subject.backend.referTo?.(unknown, context));
  }),

  conformanceCheck('refuses a reference that is not a valid path or name', ['referTo'], async (trial) => {
    for (const reference of ['../../etc/passwd', 'a\u0000b', '?', '/']) {
      await assertRefused('referTo', async () => trial.subject.backend.referTo?.(reference, freshContext()));
    }
  }),

  conformanceCheck('lists names of 1 to 1,024 characters, at most 1,000 on a page', ['list'], async (trial) => {
    await everyName(trial);
  }),

  conformanceCheck(
    'lists an existing secret under a name that referTo accepts',
    ['list', 'referTo', 'existing'],
    async (trial) => {
      const before = new Set(await everyName(trial));
      const value = randomValue();
      await trial.existing(value);
      const added = (await everyName(trial)).filter((name) => !before.has(name));
      assert.ok(added.length > 0, 'the list does not have the new secret');
      for (const name of added) assertHides(value, name);
      const values = await Promise.all(added.map(async (name) => (await trial.referTo(name)).value()));
      assert.ok(values.includes(value), 'no name on the list leads to the new secret');
    },
  ),

  conformanceCheck(
    'rotates a value to one that nobody gave it, and returns the new version',
    ['create', 'rotate'],
    async (trial) => {
      const value = randomValue();
      const secret = await trial.create(value);
      const neighbour = await trial.create('neighbour');
      const before = await secret.version();
      const answered = await secret.rotate();
      assert.notEqual(answered, before);
      assert.equal(
        await secret.version(),
        answered,
        'rotate returned a different version from the one that the worker reads',
      );
      const rotated = await secret.value();
      assert.ok(rotated !== value, 'the value is the same as before');
      assertHides(rotated, answered);
      assert.equal(await neighbour.value(), 'neighbour', 'the rotation changed another secret');
    },
  ),

  conformanceCheck('rotates no unknown secret', ['rotate'], async (trial) => {
    const secret = await unknownSecret(trial);
    await assertNotFound('rotate', () => secret.rotate());
    await assertNotFound('getSecret', () => secret.value());
  }),
];

const maximumNames = 1_000;
const maximumNameLength = 1_024;
/** A marker that never comes to an end is found by its repetition, or here. */
const maximumPages = 1_000;

const everyName = async (trial: Trial): Promise<string[]> => {
  const names: string[] = [];
  const markers = new Set<string>();
  let marker: string | undefined;
  do {
    const page = await trial.subject.backend.list?.(marker);
    assert.ok(page, 'list returned nothing');
    assert.ok(Array.isArray(page.names), 'a page must have a list of names');
    assert.ok(page.names.length <= maximumNames, `a page has ${page.names.length} names`);
    for (const name of page.names) {
      assert.equal(typeof name, 'string');
      assert.ok(name.length >= 1 && name.length <= maximumNameLength, `a name has ${name.length} characters`);
    }
    names.push(...page.names);
    marker = page.marker;
    assert.ok(marker === undefined || !markers.has(marker), 'a marker came twice, so the list never ends');
    if (marker !== undefined) markers.add(marker);
    assert.ok(markers.size < maximumPages, `the list has more than ${maximumPages} pages`);
  } while (marker !== undefined);
  return names;
};
