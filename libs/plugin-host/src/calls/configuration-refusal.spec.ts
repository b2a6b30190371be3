import { configurationProblems } from '@secret-store/provider-sdk';
import { expect, test } from 'vitest';
import { configurationRefusal } from './configuration-refusal.ts';

test('each reason of the closed list has a sentence of its own, and names the key', () => {
  const refusals = configurationProblems.map((reason) => configurationRefusal('vault_addr', reason));
  const generic = configurationRefusal('vault_addr', undefined);
  expect(new Set([generic, ...refusals].map(({ message }) => message)).size).toBe(configurationProblems.length + 1);
  for (const { message } of refusals) expect(message).toContain('vault_addr');
  expect(refusals.map(({ reason }) => reason)).toEqual(configurationProblems);
});
