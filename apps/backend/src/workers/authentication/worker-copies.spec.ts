import { randomUUID } from 'node:crypto';
import { type PlainRequest, noRequestValue } from '@secret-store/sealing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type BackendFixture, openBackendFixture } from '../../secrets/testing/backend-fixture.ts';
import { type AuthenticateWorker, createAuthenticateWorker } from '../authenticate-worker.ts';
import { CallingWorker } from '../testing/calling-worker.ts';

let store: BackendFixture;
let now: number;
let uptime: number;
let authenticate: AuthenticateWorker;

const clocks = { now: () => now, uptime: () => uptime };

beforeEach(async () => {
  store = await openBackendFixture();
  now = Date.now();
  uptime = 3_600_000;
  authenticate = createAuthenticateWorker(store.deps, clocks);
});
afterEach(() => store.close());

const plain = { method: 'POST', target: '/api/worker/takeCheck', body: '{}' };

type Sent = PlainRequest & { readonly headers: Record<string, string> };

/** A process of a worker, as its program behaves: it signs over the last value, and again where that was outdated. */
class Process {
  readonly caller: CallingWorker;
  value = noRequestValue;

  constructor(run: number, instance: string = randomUUID()) {
    this.caller = new CallingWorker(store.keys, { run, instance });
  }

  /** Signed, and on its way. */
  send(): Sent {
    return { ...plain, body: Buffer.from(plain.body), headers: this.caller.sign(plain, this.value) };
  }

  /** What this one request is answered. */
  async once(sent = this.send(), backend = authenticate): Promise<string> {
    const authenticated = await backend(sent);
    if (authenticated.value !== '') this.value = authenticated.value;
    return 'refusal' in authenticated ? authenticated.refusal.errorName : 'served';
  }

  async ask(backend = authenticate): Promise<string> {
    const first = await this.once(this.send(), backend);
    return first === 'RequestOutdated' ? this.once(this.send(), backend) : first;
  }
}

const row = async () => {
  const [found] = await store.deps.db.prisma.worker.findMany();
  if (found === undefined) throw new Error('there is no worker');
  return found;
};

const audited = async () => {
  await store.deps.ledger.flush();
  const events = await store.deps.db.prisma.auditEvent.findMany({
    where: { action: { in: ['worker.start', 'worker.stop'] } },
    orderBy: { sequence: 'asc' },
  });
  return events.map(({ action, details }) => [action, details]);
};

const stopped = async (reason: string): Promise<void> => {
  expect((await row()).stoppedAt).not.toBeNull();
  expect((await audited()).at(-1)).toEqual(['worker.stop', expect.objectContaining({ reason })]);
};

describe('a worker', () => {
  it('is told a value by the first answer, and needs no other round trip then', async () => {
    const worker = new Process(1);
    expect(await worker.once()).toBe('RequestOutdated');
    for (let request = 0; request < 3; request += 1) expect(await worker.once()).toBe('served');
    expect(await row()).toMatchObject({ run: 1, instance: worker.caller.instance, stoppedAt: null });
    expect(await audited()).toEqual([['worker.start', { run: 1 }]]);
  });

  it('that begins with many requests at once begins one run', async () => {
    const worker = new Process(1);
    await worker.once();
    const answers = await Promise.all(Array.from({ length: 8 }, () => worker.once()));
    expect(answers).toEqual(answers.map(() => 'served'));
    expect(await audited()).toHaveLength(1);
  });

  it('goes on after a minute without a request, and with a clock of the backend that is set by an hour, either way', async () => {
    const worker = new Process(1);
    expect(await worker.ask()).toBe('served');
    for (const shift of [60_001, 3_600_000, -3_600_000]) {
      now += shift;
      expect(await worker.once()).toBe('RequestOutdated');
      expect(await worker.once()).toBe('served');
    }
  });

  it('is served by each backend with a value of another, also one that has just begun', async () => {
    const other = createAuthenticateWorker(store.deps, { now: () => now + 30_000, uptime: () => uptime });
    const worker = new Process(1);
    expect(await worker.ask()).toBe('served');
    expect(await worker.once(worker.send(), other)).toBe('served');
    expect(await worker.once()).toBe('served');
    const begun = createAuthenticateWorker(store.deps, { ...clocks, uptime: () => 0 });
    now += 1;
    expect(await worker.once(worker.send(), begun)).toBe('RequestOutdated');
    expect(await worker.once(worker.send(), begun)).toBe('served');
  });
});

describe('a request is answered once', () => {
  it('when an eavesdropper repeats it', async () => {
    const worker = new Process(1);
    await worker.ask();
    const sent = worker.send();
    expect(await worker.once(sent)).toBe('served');
    for (let request = 0; request < 600; request += 1) {
      if (request % 100 === 99) expect(await new Process(1).once(sent)).toBe('RequestOutdated');
      expect(await worker.once()).toBe('served');
    }
    expect((await row()).stoppedAt).toBeNull();
  });

  it('also by a backend that began after it was seen', async () => {
    const worker = new Process(1);
    await worker.ask();
    const sent = worker.send();
    expect(await worker.once(sent)).toBe('served');
    now += 2_000;
    uptime = 1_000;
    authenticate = createAuthenticateWorker(store.deps, clocks);
    expect(await new Process(1).once(sent)).toBe('RequestOutdated');
  });

  it('with a value that no backend gave, or gave to another worker, it is not answered at all', async () => {
    const worker = new Process(1);
    await worker.ask();
    const given = worker.value;
    for (const value of [`${given}A`, given.replace('.1.', '.2.'), noRequestValue]) {
      worker.value = value;
      expect(await worker.once()).toBe('RequestOutdated');
    }
  });
});

describe('a restart is no copy', () => {
  it('when requests of the process before arrive late, signed over what it was given', async () => {
    const before = new Process(1);
    await before.ask();
    const late = [before.send(), before.send()];
    const worker = new Process(2);
    expect(await worker.ask()).toBe('served');
    for (const sent of late) {
      // no matter who delivers it: the process itself has ended
      expect(await new Process(1).once(sent)).toBe('RequestOutdated');
      expect(await worker.once()).toBe('served');
    }
    expect(await row()).toMatchObject({ run: 2, stoppedAt: null });
    expect(await audited()).toEqual([
      ['worker.start', { run: 1 }],
      ['worker.start', { run: 2 }],
    ]);
  });

  it('when the process ended before its first request was answered', async () => {
    const killed = new Process(1);
    await killed.once();
    const late = killed.send();
    const worker = new Process(2);
    expect(await worker.ask()).toBe('served');
    expect(await new Process(1).once(late)).toBe('RequestOutdated');
    expect(await worker.once()).toBe('served');
  });

  it('when some runs made no request', async () => {
    expect(await new Process(1).ask()).toBe('served');
    expect(await new Process(9).ask()).toBe('served');
    expect(await row()).toMatchObject({ run: 9, stoppedAt: null });
  });
});

describe('a copy of the folder stops the worker', () => {
  it('that goes on while the copy starts', async () => {
    const worker = new Process(1);
    expect(await worker.ask()).toBe('served');
    const copy = new Process(2);
    expect(await copy.ask()).toBe('served');
    expect(await worker.ask()).toBe('WorkerStopped');
    await stopped('older-run');
    expect(await copy.ask()).toBe('WorkerStopped');
    expect(await new Process(3).ask()).toBe('WorkerStopped');
    expect(await audited()).toHaveLength(3);
  });

  it('that was restored from an earlier day, at its first request', async () => {
    await new Process(5).ask();
    expect(await new Process(3).ask()).toBe('WorkerStopped');
    await stopped('older-run');
  });

  it('that was restored from the start before the last', async () => {
    await new Process(5).ask();
    expect(await new Process(5).ask()).toBe('WorkerStopped');
    await stopped('two-instances');
  });

  it('without its state, which counts from 1 again', async () => {
    await new Process(1).ask();
    await new Process(2).ask();
    expect(await new Process(1).ask()).toBe('WorkerStopped');
  });

  it('whose memory was copied: one number is used for two requests', async () => {
    const worker = new Process(1);
    await worker.ask();
    const copy = new Process(1, worker.caller.instance);
    copy.caller.sequence = worker.caller.sequence;
    copy.value = worker.value;
    expect(await worker.once()).toBe('served');
    now += 1;
    copy.value = new CallingWorker(store.keys, { ...clocks, run: 1, instance: worker.caller.instance }).value();
    expect(await copy.once()).toBe('WorkerStopped');
    await stopped('two-requests');
  });

  it('at another backend than the one that saw the newer run', async () => {
    const other = createAuthenticateWorker(store.deps, { now: () => now - 50_000, uptime: () => uptime });
    const worker = new Process(1);
    expect(await worker.ask(other)).toBe('served');
    expect(await new Process(2).ask()).toBe('served');
    expect(await worker.ask(other)).toBe('WorkerStopped');
  });
});

it('while the store writes nothing, a run counts all the same, and is written later', async () => {
  const sound = vi.spyOn(store.deps.ledger.standing, 'isSound', 'get').mockReturnValue(false);
  const before = new Process(1);
  expect(await before.ask()).toBe('served');
  const worker = new Process(2);
  expect(await worker.ask()).toBe('served');
  expect(await before.ask()).toBe('WorkerStopped');
  expect(await worker.once()).toBe('served');
  expect(await row()).toMatchObject({ run: null, stoppedAt: null });
  sound.mockRestore();
  expect(await worker.once()).toBe('served');
  expect(await row()).toMatchObject({ run: 2, instance: worker.caller.instance });
  expect(await before.ask()).toBe('WorkerStopped');
  await stopped('older-run');
});
