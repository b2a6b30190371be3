import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ProcessSpec, type Report, SupervisedProcess } from './supervised-process.ts';

vi.mock(import('node:timers/promises'), { spy: true });

let pauses: unknown[];
let running: SupervisedProcess | null = null;

beforeEach(() => {
  pauses = [];
  // no pause takes time here: only its length is noted
  vi.mocked(delay).mockImplementation(async (milliseconds, value) => {
    pauses.push(milliseconds);
    // the type of the value is the caller's
    return value as never;
  });
});
afterEach(async () => {
  await running?.stop();
});

const supervise = (program: string, spec: Partial<ProcessSpec> = {}, report: Report = () => undefined) => {
  running = new SupervisedProcess(
    { name: 'program', arguments: ['-e', program], cwd: '/', environment: async () => ({}), ...spec },
    report,
    () => undefined,
  );
  running.start();
};

it('a process that does not get as far as a message is started again after ever longer pauses', async () => {
  supervise('process.exit(1)');
  await expect.poll(() => pauses.slice(0, 4)).toEqual([100, 200, 400, 800]);
});

it('a process that had sent its first message is started again without the long pause, whatever ends it', async () => {
  supervise('process.send(process.pid); setInterval(() => undefined, 1_000_000);', {
    onMessage: (pid) => process.kill(Number(pid), 'SIGKILL'),
  });
  await expect.poll(() => pauses.slice(0, 4)).toEqual([100, 100, 100, 100]);
});

it('each start has the environment of its moment', async () => {
  const messages: unknown[] = [];
  let starts = 0;
  supervise('process.send(process.env.START); setInterval(() => undefined, 1_000_000);', {
    environment: async () => ({ START: String((starts += 1)) }),
    onMessage: (message) => messages.push(message),
  });
  for (let seen = 1; seen <= 3; seen += 1) {
    await expect.poll(() => messages.at(-1)).toBe(String(seen));
    running?.restart();
  }
});

it('a start without an environment is tried again after a pause', async () => {
  const messages: unknown[] = [];
  let starts = 0;
  supervise('process.send(process.env.START); setInterval(() => undefined, 1_000_000);', {
    environment: async () => {
      starts += 1;
      if (starts < 3) throw new Error('no port is free');
      return { START: String(starts) };
    },
    onMessage: (message) => messages.push(message),
  });
  await expect.poll(() => messages).toEqual(['3']);
  expect(pauses).toEqual([100, 200]);
});

it('a process that does not end is killed, and what it was doing is reported', async () => {
  const reported: unknown[] = [];
  const messages: unknown[] = [];
  let starts = 0;
  // told to end before it has stopped itself, it does not end either
  const stops = `process.on('SIGTERM', () => {}).send('up'); process.kill(process.pid, 'SIGSTOP');`;
  const program = `setInterval(() => {}, 1_000_000); if (process.env.START === '1') { ${stops} } else process.send('up');`;
  const spec: Partial<ProcessSpec> = {
    environment: async () => ({ START: String((starts += 1)) }),
    onMessage: (message) => messages.push(message),
  };
  supervise(program, spec, (event, details) => {
    if (event === 'killed') reported.push(details);
  });
  await expect.poll(() => messages).toEqual(['up']);
  running?.restart();
  await expect.poll(() => reported, { timeout: 30_000 }).toMatchObject([{ name: 'program', state: 'T' }]);
  await expect.poll(() => messages).toEqual(['up', 'up']);
});
