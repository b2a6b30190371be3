import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '@secret-store/db';
import { createTestDatabase } from '@secret-store/db/testing';
import { Algorithm, AlgorithmSecret } from '@secret-store/api';
import { providerRequest } from '../providers/testing/provider-client.ts';
import { secretRequest } from '../secrets/testing/secret-request.ts';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { change } from '../ledger/change.ts';
import type { AuditEntry } from './audit-entry.ts';
import { auditHash, firstPreviousHash } from './audit-hash.ts';
import { exportAudit } from './export-audit.ts';
import { verifyExport } from './testing/verify-export.ts';

let backend: TestBackend;

const entry = (id: string): AuditEntry => ({
  actor: { type: 'user', id: 'grace-id', name: 'grace' },
  action: 'secret.update',
  subject: { type: 'secret', id, name: '=HYPERLINK("x")' },
  details: { zebra: 1, ant: { list: ['b', 'a'], nothing: null }, text: 'a "quoted", text\nof two lines' },
});

const recordAt = async (moment: string, ...ids: readonly string[]): Promise<void> => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(moment) });
  await change(backend.deps, async (recorded) => ids.forEach((id) => recorded.audit(entry(id))));
  vi.useRealTimers();
};

const exported = (query: string) => backend.asAdministrator('GET', `/v1/admin/audit/export?${query}`);

const verified = (file: string) => verifyExport(file, backend.keys.rootFingerprint);

const subjectsOf = (file: string): string[] => verified(file).map(({ subject }) => subject.id);

beforeAll(async () => {
  backend = await startTestBackend();
  await recordAt('2030-01-01T10:00:00Z', 'one');
  await recordAt('2030-01-01T11:00:00Z', 'two');
  await recordAt('2030-01-01T12:00:00Z', 'three');
  // one batch, of which the last event alone has a head
  await backend.deps.ledger.flush();
  await recordAt('2030-01-01T13:00:00Z', 'four', 'five', 'six');
});
afterAll(() => backend.close());

describe('an export as JSON lines', () => {
  it('is a file that verifies with nothing but the fingerprint of the root', async () => {
    const answer = await exported('format=jsonl');
    expect([answer.status, answer.headers['content-type'], answer.headers['content-disposition']]).toEqual([
      200,
      'application/jsonl',
      expect.stringMatching(/^attachment; filename="secret-store-audit-\d{8}T\d{6}Z\.jsonl"$/),
    ]);
    const events = verified(answer.text);
    expect(events[0]?.sequence).toBe(1);
    expect(events.slice(-6).map(({ subject }) => subject.id)).toEqual(['one', 'two', 'three', 'four', 'five', 'six']);
    expect((await exported('')).text).toBe(answer.text);
    expect(() => verifyExport(answer.text, '0'.repeat(64))).toThrow();
  });

  it('does not verify when anything of it is changed, removed, reordered or cut off', async () => {
    const lines = (await exported('format=jsonl')).text.trimEnd().split('\n');
    const without = (index: number) => lines.filter((_, place) => place !== index);
    const edits = lines.flatMap((line, index) =>
      index === 0
        ? []
        : [
            without(index),
            lines.with(index, line.replace('"outcome":"done"', '"outcome":"refused"')),
            lines.with(index, line.replace('"details":{', '"details":{"more":1,')),
            lines.with(index, line.replace('"at":"2', '"at":"1')),
            lines.with(index, line.replace('"type":"', '"type":"x')),
            ...(index + 1 < lines.length ? [lines.with(index, lines[index + 1] ?? '').with(index + 1, line)] : []),
          ],
    );
    for (const edit of edits) expect(() => verified(edit.join('\n'))).toThrow();
    expect(edits.length).toBeGreaterThan(5 * 6);
  });

  it('has a contiguous piece, to the next signed head', async () => {
    const pieceOf = async (query: string) => subjectsOf((await exported(query)).text);
    expect(await pieceOf('from=2030-01-01T13:00:00Z')).toEqual(['four', 'five', 'six']);
    expect(await pieceOf('from=2030-01-01T10:30:00Z&to=2030-01-01T13:00:00Z')).toEqual(['two', 'three']);
    expect(await pieceOf('from=2030-01-01T10:00:00Z&to=2030-01-01T12:00:00Z')).toEqual(['one', 'two', 'three']);
    const nothing = await exported('from=9999-01-01T00:00:00Z');
    expect([verified(nothing.text), nothing.text.split('\n').length]).toEqual([[], 2]);
  });

  it('has the events of stores from before marks too', async () => {
    const database = await createTestDatabase();
    const db = await openDatabase({ url: database.url });
    try {
      const first = {
        ...{ sequence: 1n, id: '01a21775-8778-731a-b116-82fa42f4c06b', at: new Date('2026-11-24T10:00:00Z') },
        ...{ format: 1, actorType: 'user', actorId: 'ada', actorName: null, action: 'secret.update' },
        ...{ subjectType: 'secret', subjectId: 'old', subjectName: null, outcome: 'done', address: null },
        ...{ details: { zebra: 1, ant: [] }, previousHash: firstPreviousHash },
      };
      await db.prisma.auditEvent.create({ data: { ...first, hash: auditHash({ ...first, marks: null }) } });
      const file = await readText(await exportAudit({ db, keys: backend.deps.keys }, { format: 'jsonl' }));
      // no head has been signed yet
      expect(() => verified(file)).toThrow('envelope');
      expect(file.split('\n')[1]).toContain('"format":1,"marks":null');
    } finally {
      await db.close();
      await database.drop();
    }
  });
});

describe('an export as CSV', () => {
  it('has a row for each event, quoted, and no field that a spreadsheet takes for a formula', async () => {
    const answer = await exported('format=csv');
    expect([answer.headers['content-type'], answer.headers['content-disposition']]).toEqual([
      'text/csv; charset=utf-8',
      expect.stringMatching(/^attachment; filename="secret-store-audit-\d{8}T\d{6}Z\.csv"$/),
    ]);
    const [titles, ...rows] = parseCsv(answer.text);
    expect(titles).toEqual([
      ...['sequence', 'id', 'at', 'actor_type', 'actor_id', 'actor_name', 'action'],
      ...['subject_type', 'subject_id', 'subject_name', 'outcome', 'address', 'details'],
    ]);
    const six = rows.find((row) => row[8] === 'six') ?? [];
    expect(six.slice(3, 12)).toEqual([
      ...['user', 'grace-id', 'grace', 'secret.update', 'secret', 'six', `'=HYPERLINK("x")`, 'done', ''],
    ]);
    expect(JSON.parse(six[12] ?? '')).toEqual(entry('six').details);
    const period = await exported('format=csv&from=2030-01-01T10:00:00Z&to=2030-01-01T12:00:00Z');
    expect(parseCsv(period.text).map((row) => row[8])).toEqual(['subject_id', 'one', 'two']);
    expect(rows.map(([sequence]) => Number(sequence))).toEqual(rows.map((_, index) => index + 1));
  });
});

it('no value is in the list or in an export, whatever was done with it', async () => {
  const values = ['secret-1', 'secret-2', 'secret-3', 'token', 'password', 'typed', 'key-of-twenty-four'].map(
    (name) => `hunter2-${name}`,
  );
  const [first = '', second = '', refused = '', token = '', password = '', typed = '', key = ''] = values;
  const send = backend.asAdministrator;
  await send('POST', '/v1/admin/users', { username: 'ada', password, role: 'user' });
  await send('POST', '/v1/admin/users/ada/keys', { key });
  const configuration = { token };
  await send('POST', '/v1/admin/secret-provider', providerRequest({ name: 'Vault', configuration }));
  const algorithm = Algorithm.parse((await send('POST', '/v1/algorithms', { owner: 'ada', name: 'hello' })).json);
  const url = `/v1/algorithms/${algorithm.id}/secrets`;
  const secret = AlgorithmSecret.parse((await send('POST', url, secretRequest(algorithm.id, 'ONE', first))).json);
  await send('PUT', `${url}/${secret.id}`, { short_name: 'One', description: '', secret_value: second });
  await backend.request({ method: 'POST', url, payload: { secret_value: refused } });
  await backend.request({ url, headers: { authorization: `Simple ${typed}` } });
  for (const username of ['ada', typed]) {
    const headers = { 'sec-fetch-site': 'same-origin' };
    const payload = { username, password: typed };
    await backend.request({ method: 'POST', url: '/api/trpc/session.signIn', payload, headers });
  }
  await send('DELETE', `${url}/${secret.id}`);

  const texts = [
    (await send('GET', '/v1/admin/audit?limit=100')).text,
    (await exported('format=jsonl')).text,
    (await exported('format=csv')).text,
  ];
  for (const text of texts) {
    for (const told of [
      'secret.create',
      'secret.update',
      'secret.delete',
      'provider.create',
      'session.refuse',
      'ONE',
    ]) {
      expect(text).toContain(told);
    }
    for (const value of values) {
      for (const encoding of ['utf8', 'hex', 'base64', 'base64url'] as const) {
        expect(text).not.toContain(Buffer.from(value).toString(encoding));
      }
    }
  }
});

/** RFC 4180, for fields that are all quoted. */
const parseCsv = (csv: string): string[][] => {
  const rows: string[][] = [[]];
  for (const [, field = '', end] of csv.matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)) {
    rows.at(-1)?.push(field.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  expect(rows.pop()).toEqual([]);
  return rows;
};
