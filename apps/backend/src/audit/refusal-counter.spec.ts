import { beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from './audit-entry.ts';
import { anonymous, type Refusal, RefusalCounter } from './refusal-counter.ts';

const refusal = (change: Partial<Refusal> = {}): Refusal => ({
  action: 'request.refuse',
  actor: { type: 'user', id: 'ada' },
  subject: { type: 'route', id: 'POST /v1/admin/users' },
  address: '192.0.2.1',
  ...change,
});

let recorded: AuditEntry[];
let isBroken: boolean;
let counter: RefusalCounter;

beforeEach(() => {
  recorded = [];
  isBroken = false;
  counter = new RefusalCounter(async (entries) => {
    if (isBroken) throw new Error('no database');
    recorded.push(...entries);
  });
});

const attempts = () => recorded.map(({ details }) => details.attempts);

describe('what is refused', () => {
  it('is one event, however often it was tried', async () => {
    for (let count = 0; count < 1000; count += 1) counter.count(refusal());
    await counter.flush();
    await counter.flush();
    expect(recorded).toEqual([
      { ...refusal(), key: null, outcome: 'refused', details: { attempts: 1000, since: expect.any(String) } },
    ]);
    counter.count(refusal());
    await counter.flush();
    expect(attempts()).toEqual([1000, 1]);
  });

  it('is told apart by actor and by what was asked, without an account by address', async () => {
    counter.count(refusal());
    counter.count(refusal({ actor: { type: 'user', id: 'eve' } }));
    counter.count(refusal({ subject: { type: 'route', id: 'GET /v1/admin/audit' } }));
    counter.count(refusal({ actor: anonymous }));
    counter.count(refusal({ actor: anonymous, address: '192.0.2.2' }));
    await counter.flush();
    expect(attempts()).toEqual([1, 1, 1, 1, 1]);
  });

  it('names an address only where all attempts came from there', async () => {
    counter.count(refusal());
    counter.count(refusal({ address: '192.0.2.2' }));
    await counter.flush();
    expect(recorded).toEqual([expect.objectContaining({ address: null })]);
    expect(attempts()).toEqual([2]);
  });

  it('takes bounded memory: what is beyond is one event for each action, and nobody crowds out another action', async () => {
    for (let count = 0; count < 10_000; count += 1) {
      counter.count(refusal({ action: 'session.refuse', actor: anonymous, address: `address ${count}` }));
    }
    counter.count(refusal());
    await counter.flush();
    expect(recorded).toHaveLength(256 + 1 + 1);
    expect(recorded.slice(-2)).toEqual([
      expect.objectContaining({ action: 'session.refuse', address: null, subject: { type: 'route', id: 'others' } }),
      expect.objectContaining({ action: 'request.refuse', address: '192.0.2.1' }),
    ]);
    expect(attempts().slice(-2)).toEqual([10_000 - 256, 1]);
  });

  it('stays counted when it could not be recorded', async () => {
    isBroken = true;
    counter.count(refusal());
    await expect(counter.flush()).rejects.toThrow('no database');
    isBroken = false;
    counter.count(refusal());
    await counter.flush();
    expect(attempts()).toEqual([2]);
  });

  it('is recorded when a flush ends, also where another one had begun', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const finished: string[] = [];
    counter = new RefusalCounter(async (entries) => {
      await held;
      recorded.push(...entries);
    });
    counter.count(refusal());
    const first = counter.flush().then(() => finished.push('first'));
    const second = counter.flush().then(() => finished.push(`second: ${recorded.length}`));
    release();
    await Promise.all([first, second]);
    expect(finished).toEqual(['first', 'second: 1']);
  });
});
