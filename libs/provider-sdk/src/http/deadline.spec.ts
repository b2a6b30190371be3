import { expect, test } from 'vitest';
import type { SecretContext } from '../secret-provider.ts';
import { Deadline } from './deadline.ts';

const context: SecretContext = { secretId: 'id', algorithmId: 'algorithm', environmentVariable: 'NAME', version: 1 };
const never = () => new Promise(() => undefined);

test('waits no longer than its call may for work that others have more time for', async () => {
  await expect(new Deadline(20).waitFor(never())).rejects.toMatchObject({ problem: 'timed-out' });
});

test('passes on what the work comes to', async () => {
  await expect(new Deadline(60_000).waitFor(Promise.resolve('token'))).resolves.toBe('token');
  await expect(new Deadline(60_000).waitFor(Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('lets a request take no longer than what remains of the call', async () => {
  const signal = new Deadline(20).signal(600_000);
  await expect.poll(() => signal.aborted).toBe(true);
});

test("ends with the host's signal, in the middle of what waits for it", async () => {
  const host = new AbortController();
  const deadline = Deadline.of({ ...context, signal: host.signal });
  const request = deadline.signal(5_000);
  const waiting = deadline.waitFor(never());
  expect(deadline.remainingMilliseconds).toBeGreaterThan(8_500);
  host.abort();
  await expect(waiting).rejects.toMatchObject({ problem: 'timed-out' });
  expect(request.aborted).toBe(true);
  expect(deadline.remainingMilliseconds).toBe(0);
  await expect(deadline.waitFor(never())).rejects.toMatchObject({ problem: 'timed-out' });
});

test('is shorter than the ten seconds of the host where that gives no signal', () => {
  expect(Deadline.of(context).remainingMilliseconds).toBeLessThanOrEqual(8_500);
  expect(Deadline.of(context).remainingMilliseconds).toBeGreaterThan(8_000);
  expect(Deadline.of(context, 50).remainingMilliseconds).toBeLessThanOrEqual(50);
});
