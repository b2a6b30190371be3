import { describe, expect, it } from 'vitest';
import { preparationSteps, type Preparation } from '@secret-store/api/schemas';
import { announcementOf, progressOf } from './preparation-progress.ts';

const nothingYet = { percent: null, result: null };
const preparation = (changes: Partial<Preparation>): Preparation => ({
  providerId: '0190a0a0-0000-7000-8000-000000000000',
  sha256: 'a'.repeat(64),
  moduleName: 'vault.tgz',
  state: 'running',
  step: 'create',
  message: '',
  steps: preparationSteps.map((step) => ({ step, state: 'pending', message: '' })),
  started: '2026-01-01T00:00:00.000Z',
  changed: '2026-01-01T00:00:00.000Z',
  ...changes,
});
const statesOf = (progress: ReturnType<typeof progressOf>) =>
  Object.fromEntries(progress.steps.map(({ key, state }) => [key, state]));

describe('progressOf', () => {
  it('shows how far the file is while it is on its way', () => {
    const [received, format] = progressOf(null, { percent: 40, result: null }).steps;
    expect([received?.state, received?.percent, format?.state]).toEqual(['running', 40, 'pending']);
  });

  it('believes the store that the file has arrived, even if the browser never said so', () => {
    expect(progressOf(preparation({}), { percent: 99, result: null }).step).toBe('create');
  });

  it('shows every step from the answer alone, where the store keeps no log of it', () => {
    const result = { sha256: 'a', state: 'failed', step: 'configuration', message: 'The fix.' } as const;
    const progress = progressOf(null, { percent: null, result });
    expect(statesOf(progress)).toMatchObject({ start: 'done', configuration: 'failed', create: 'pending' });
    expect(progress.steps.find(({ key }) => key === 'configuration')?.message).toBe('The fix.');
  });

  it('does not show a step as running once the answer says that it failed or that all is active', () => {
    const result = { sha256: 'a', state: 'active', step: 'active', message: 'The module is active.' } as const;
    expect(new Set(Object.values(statesOf(progressOf(preparation({}), { percent: null, result }))))).toEqual(
      new Set(['done']),
    );
  });

  it('says once, where it stands, what a waiting preparation waits for', () => {
    const progress = progressOf(
      preparation({ state: 'waiting', step: 'read', message: 'No worker is online.' }),
      nothingYet,
    );
    expect(progress.steps.filter(({ message }) => message !== '')).toMatchObject([
      { key: 'read', state: 'waiting', message: 'No worker is online.' },
    ]);
  });

  it('goes on from a waiting answer to what the store found afterwards', () => {
    const result = { sha256: 'a', state: 'waiting', step: 'read', message: 'No worker is online.' } as const;
    const failed = preparation({ state: 'failed', step: 'read', message: 'The worker may not read.' });
    expect(progressOf(failed, { percent: null, result }).state).toBe('failed');
  });
});

describe('announcementOf', () => {
  it('is different for each step and each end', () => {
    const states = ['running', 'waiting', 'failed', 'active'] as const;
    const all = preparationSteps.flatMap((step) =>
      states.map((state) => announcementOf(progressOf(preparation({ step, state }), nothingYet))),
    );
    expect(new Set(all).size).toBe(preparationSteps.length * 3 + 1);
  });
});
