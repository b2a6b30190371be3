import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { change } from '../../ledger/change.ts';
import { startTestBackend, type TestBackend } from '../testing/test-backend.ts';

/** More than the sockets of both ends hold. */
const events = 1000;
const detailBytes = 16_384;

let backend: TestBackend;
let origin: string;

beforeAll(async () => {
  backend = await startTestBackend();
  origin = await backend.app.listen({ host: '127.0.0.1', port: 0 });
  const entry = {
    actor: { type: 'user', id: 'grace-id' },
    action: 'secret.update',
    subject: { type: 'secret', id: 'one' },
    details: { text: 'x'.repeat(detailBytes) },
  } as const;
  await change(backend.deps, async (recorded) => {
    for (let count = 0; count < events; count += 1) recorded.audit(entry);
  });
});
afterAll(() => backend.close());

const headers = () => ({ authorization: `Simple ${backend.administrator.apiKey}` });

it('an export is read as the client takes it, and ends when the client is gone', async () => {
  const streams = vi.spyOn(Readable, 'from');
  const queries = vi.spyOn(backend.deps.db.pool, 'query');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${origin}/v1/admin/audit/export`, { headers: headers() }, resolve).on('error', reject);
  });
  await once(response, 'data');
  response.destroy();
  const stream = streams.mock.results[0]?.value;
  if (!(stream instanceof Readable)) throw new Error('the export is no stream');
  if (!stream.closed) await once(stream, 'close');
  const pages = queries.mock.calls.filter(([query]) => JSON.stringify(query).includes('audit-export-page'));
  expect(pages.length).toBeGreaterThan(0);
  expect(pages.length).toBeLessThan(events / 200);
  expect(stream.destroyed).toBe(true);
  vi.restoreAllMocks();
});

it('a request for the head of an export reads nothing', async () => {
  const answer = await backend.request({ method: 'HEAD', url: '/v1/admin/audit/export', headers: headers() });
  expect(answer.status).toBe(404);
});
