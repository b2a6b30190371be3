import { PluginFailure, type PluginSpec } from '@secret-store/plugin-host';
import { SecretNotFoundError } from '@secret-store/provider-sdk';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readOnlyProvider } from '../testing/plugin-worker.ts';
import { CandidatePlugin } from './candidate-plugin.ts';

let events: string[];
let candidate: CandidatePlugin;

beforeEach(() => {
  vi.useFakeTimers();
  events = [];
  candidate = new CandidatePlugin(
    {
      provider: async ({ providerId }) => {
        events.push(`asks ${providerId}`);
        return readOnlyProvider({ getSecret: async () => ({ getValue: () => 'x', getTtl: () => 0 }) });
      },
      retire: async (providerId) => void events.push(`ends ${providerId}`),
      close: async () => void events.push('closes'),
    },
    30_000,
  );
});
afterEach(() => vi.useRealTimers());

const load = async (): Promise<PluginSpec> => {
  throw new Error('the fake starts nothing');
};
const use = (key: string, ask = async () => 'answered') => candidate.use(key, load, ask);

test('a plugin is kept for the checks that follow, and ended a while after the last one', async () => {
  expect(await use('one')).toBe('answered');
  vi.advanceTimersByTime(29_999);
  await use('one');
  vi.advanceTimersByTime(29_999);
  expect(events).toEqual(['asks one', 'asks one']);
  vi.advanceTimersByTime(1);
  expect(events).toEqual(['asks one', 'asks one', 'ends one']);
});

test('the idle timer does not end the plugin of a slow check', async () => {
  await use('one');
  const slow = use('one', async () => {
    vi.advanceTimersByTime(60_000);
    return 'late';
  });
  expect(await slow).toBe('late');
  expect(events).toEqual(['asks one', 'asks one']);
});

test('a check on another candidate ends the previous plugin', async () => {
  await use('one');
  await use('two');
  expect(events).toEqual(['asks one', 'ends one', 'asks two']);
});

test('after a failure the next check starts it again; a missing secret is not a failure', async () => {
  await expect(use('one', () => Promise.reject(new PluginFailure('timed-out')))).rejects.toThrow(PluginFailure);
  expect(events).toEqual(['asks one', 'ends one']);
  const missing = new SecretNotFoundError();
  await expect(use('one', () => Promise.reject(missing))).rejects.toBe(missing);
  expect(events).toEqual(['asks one', 'ends one', 'asks one']);
});

test('closing it ends its process and leaves no timer running', async () => {
  await use('one');
  await candidate.close();
  vi.advanceTimersByTime(60_000);
  expect(events).toEqual(['asks one', 'closes']);
});
