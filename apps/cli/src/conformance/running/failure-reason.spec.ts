import assert from 'node:assert/strict';
import { PluginFailure } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { expect, test } from 'vitest';
import { failureReason } from './failure-reason.ts';

const value = 'value-7c1d';

const failing = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return expect.unreachable();
};

test.each<[what: string, work: () => unknown, reason: string]>([
  [
    'two strings',
    () => assert.equal(value, 'another-one'),
    'a string of 10 characters came back instead of a string of 11 characters',
  ],
  [
    'strings of one length',
    () => assert.equal(value, 'value-0000'),
    'a string of 10 characters came back, but not the expected one',
  ],
  [
    'one string twice',
    () => assert.notEqual(value, value),
    'a string of 10 characters came back, but it must differ from the previous one',
  ],
  ['booleans', () => assert.equal(false, true), 'false came back instead of true'],
  ['lists', () => assert.deepEqual([value], ['other']), 'a list came back, but not the expected one'],
  [
    'a call that did not fail',
    () => assert.rejects(() => Promise.resolve(value)),
    'the call should have failed and did not',
  ],
  ['our own words', () => assert.ok(false, 'the version tells too much'), 'the version tells too much'],
  [
    'a class of the interface',
    () => Promise.reject(new SecretNotFoundError()),
    'the vault holds no secret under this identifier',
  ],
  ['a failure of the plugin', () => Promise.reject(new PluginFailure('sealed')), 'the vault is sealed; unseal it'],
  ['any other error', () => Promise.reject(new TypeError(value)), 'failed with TypeError'],
])('%s', async (_what, work, reason) => {
  const said = failureReason(await failing(work));
  expect(said).toBe(reason);
  expect(said).not.toContain(value);
});
