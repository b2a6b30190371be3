import { expect, it } from 'vitest';
import { endInTime } from './end-in-time.ts';

it('says nothing of what ends in time', async () => {
  const close = async (onStep: (step: string) => void) => onStep('plugins');
  expect(await endInTime(close, 3_600_000)).toBeNull();
});

it('says what hangs, and does not wait for it', async () => {
  const close = async (onStep: (step: string) => void) => {
    onStep('streams');
    onStep('plugins');
    await new Promise(() => undefined);
  };
  expect(await endInTime(close, 1)).toBe('plugins');
});

it('fails where the end does', async () => {
  await expect(endInTime(() => Promise.reject(new Error('the disk is full')), 3_600_000)).rejects.toThrow('the disk');
});
