import { expect, test } from 'vitest';
import { Deadline } from './deadline.ts';

test('waits no longer than its call may for work that others have more time for', async () => {
  await expect(new Deadline(20).waitFor(new Promise(() => undefined))).rejects.toMatchObject({ problem: 'timed-out' });
});

test('passes on what the work comes to', async () => {
  await expect(new Deadline(60_000).waitFor(Promise.resolve('token'))).resolves.toBe('token');
  await expect(new Deadline(60_000).waitFor(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('lets a request take no longer than what remains of the call', async () => {
  const signal = new Deadline(20).signal(600_000);
  await expect.poll(() => signal.aborted).toBe(true);
});
