import { AuditPage } from '@secret-store/api';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { change } from '../ledger/change.ts';
import type { AuditAction } from '@secret-store/api';
import type { AuditEntry } from './audit-entry.ts';

const manyEvents = 250;

let backend: TestBackend;
let adaKey: string;

const list = async (query: Readonly<Record<string, string>> = {}) => {
  const answer = await backend.asAdministrator('GET', `/v1/admin/audit?${new URLSearchParams(query).toString()}`);
  return AuditPage.parse(answer.json);
};

const idsOf = ({ results }: AuditPage): string[] => results.map(({ subject }) => subject.id);

const record = (entry: AuditEntry) => change(backend.deps, async (recorded) => recorded.audit(entry));

const event = (id: string, action: AuditAction, actor = 'grace') => ({
  actor: { type: 'user', id: `${actor}-id`, name: actor } as const,
  action,
  subject: { type: 'secret', id, name: `NAME_${id}` },
  details: { number: 1 },
});

beforeAll(async () => {
  backend = await startTestBackend();
  adaKey = await backend.addUser('ada');
  for (let number = 1; number <= manyEvents; number += 1) {
    await record(event(`many-${number}`, 'secret.describe', 'many'));
  }
  for (const [id, action, actor] of [
    ['one', 'secret.create', 'grace'],
    ['two', 'secret.update', 'grace'],
    ['three', 'provider.update', 'alan'],
  ] as const) {
    await record(event(id, action, actor));
  }
  await record({ ...event('four', 'secret.update', 'alan'), outcome: 'refused' });
});
afterAll(() => backend.close());

describe('the list of the audit', () => {
  it('answers events as the contract has them, newest first', async () => {
    const [newest, before] = (await list({ limit: '2' })).results;
    expect(newest).toEqual({
      sequence: (before?.sequence ?? 0) + 1,
      id: expect.any(String),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      actor: { type: 'user', id: 'alan-id', name: 'alan' },
      action: 'secret.update',
      subject: { type: 'secret', id: 'four', name: 'NAME_four' },
      outcome: 'refused',
      address: null,
      details: { number: 1 },
    });
  });

  it('is for administrators, who are told of before the query is looked at', async () => {
    for (const path of ['', '/export']) {
      const url = `/v1/admin/audit${path}?limit=nonsense`;
      const answers = [
        await backend.request({ url }),
        await backend.request({ url, headers: { authorization: `Simple ${adaKey}` } }),
      ];
      expect([path, answers.map(({ code }) => code)]).toEqual([path, [2000, 2001]]);
    }
  });

  it('pages through everything without a gap and without a double, also while events are added', async () => {
    const sequences: number[] = [];
    let marker: string | null = '';
    let pages = 0;
    while (marker !== null) {
      const query: Record<string, string> = { limit: '32', ...(marker !== '' && { marker }) };
      const page: AuditPage = await list(query);
      sequences.push(...page.results.map(({ sequence }) => sequence));
      marker = page.marker;
      pages += 1;
      await record(event(`later-${pages}`, 'secret.describe'));
    }
    const newest = sequences[0] ?? 0;
    expect(newest).toBeGreaterThan(manyEvents);
    expect(sequences).toEqual(Array.from({ length: newest }, (_, index) => newest - index));
  });

  it('gives no marker with the last page, also where that is full', async () => {
    const first = await list({ actor: 'alan', limit: '1' });
    const second = await list({ actor: 'alan', limit: '1', marker: first.marker ?? '' });
    expect([idsOf(first), idsOf(second), second.marker]).toEqual([['four'], ['three'], null]);
  });
});

describe('filters', () => {
  it.each([
    [{ actor: 'alan' }, ['four', 'three']],
    [{ actor: 'alan-id' }, ['four', 'three']],
    [{ subject: 'two' }, ['two']],
    [{ subject: 'NAME_two' }, ['two']],
    [{ actor: 'grace', action: 'secret.create' }, ['one']],
    [{ actor: 'alan', action: 'secret.' }, ['four']],
    [{ actor: 'alan', action: 'secret' }, []],
    [{ outcome: 'refused', subject: 'four' }, ['four']],
    [{ outcome: 'done', actor: 'alan' }, ['three']],
    [{ actor: "alan' OR 'a'='a" }, []],
    [{ action: '%.' }, []],
  ])('%j', async (query, expected) => {
    const ids = idsOf(await list(query)).filter((id) => !id.startsWith('later-'));
    expect(ids).toEqual(expected);
  });

  it('a period has its beginning and not its end, in any zone', async () => {
    const [two] = (await list({ subject: 'two' })).results;
    const at = z.string().parse(two?.at);
    const inPeriod = async (query: Readonly<Record<string, string>>) => idsOf(await list({ subject: 'two', ...query }));
    const elsewhere = `${new Date(Date.parse(at) + 7_200_000).toISOString().slice(0, -1)}+02:00`;
    for (const moment of [at, elsewhere]) {
      expect(await inPeriod({ from: moment })).toEqual(['two']);
      expect(await inPeriod({ to: moment })).toEqual([]);
    }
    expect(await inPeriod({ to: new Date(Date.parse(at) + 1).toISOString() })).toEqual(['two']);
    expect(await inPeriod({ from: '0000-01-01T00:00:00+14:00', to: '9999-12-31T23:59:59-14:00' })).toEqual(['two']);
  });

  it('pages through a period by time, without a gap and without a double, where the clock of a backend was wrong', async () => {
    const hour = 3_600_000;
    const begun = Date.now();
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const [id, at] of [
      ['right-1', begun],
      ['behind-1', begun - hour],
      ['right-2', begun + 1],
      ['behind-2', begun - hour],
      ['late', begun + hour],
    ] as const) {
      vi.setSystemTime(at);
      await record(event(id, 'secret.update', 'clock'));
    }
    vi.useRealTimers();
    const period = { from: new Date(begun - hour).toISOString(), to: new Date(begun + hour).toISOString() };
    const ids: string[] = [];
    for (let marker: string | null = ''; marker !== null;) {
      const page = await list({ ...period, actor: 'clock', limit: '1', ...(marker !== '' && { marker }) });
      ids.push(...idsOf(page));
      marker = page.marker;
    }
    expect(ids).toEqual(['right-2', 'right-1', 'behind-2', 'behind-1']);
  });

  it.each([
    [{ marker: 'nonsense' }, 5002],
    [{ marker: Buffer.from('[0]').toString('base64url') }, 5002],
    [{ marker: Buffer.from('[1e30]').toString('base64url') }, 5002],
    [{ marker: '' }, 5002],
    [{ limit: '0' }, 5003],
    [{ limit: '101' }, 5003],
    [{ limit: 'many' }, 5003],
    [{ outcome: 'perhaps' }, 6001],
    [{ from: 'yesterday' }, 6001],
    [{ from: '2026-02-30T00:00:00Z' }, 6001],
    [{ to: '2026-11-26' }, 6001],
    [{ actor: '\0' }, 6001],
    [{ actor: '' }, 6001],
    [{ actr: 'ada' }, 6001],
  ])('%j is refused with %i', async (query, code) => {
    const [field = ''] = Object.keys(query);
    const answer = await backend.asAdministrator('GET', `/v1/admin/audit?${new URLSearchParams(query).toString()}`);
    expect([answer.status, answer.code]).toEqual([400, code]);
    if (code === 6001) expect([answer.fields, answer.message]).toEqual([[field], expect.stringContaining(field)]);
  });
});
