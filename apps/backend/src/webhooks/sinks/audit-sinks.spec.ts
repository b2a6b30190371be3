import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { AuditEvent, auditSinksMaximum } from '@secret-store/api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { sendDue, startWebhooks } from '../sending/send-webhooks.ts';
import { type CertificateFiles, newCertificate } from './testing/certificates.ts';
import { Rsyslog } from './testing/rsyslog.ts';
import { ScriptedSyslog } from './testing/scripted-syslog.ts';
import type { SyslogReceiver, SyslogReceiverOptions } from './testing/syslog-receiver.ts';

const Created = z.object({ id: z.uuid(), key: z.string().nullable() });
const Sink = z.object({
  ...{ id: z.uuid(), waiting: z.int(), failure: z.string().nullable(), failingSince: z.string().nullable() },
  ...{ trustsOwnCertificates: z.boolean(), certificateExpires: z.string().nullable() },
});
const List = z.object({ results: z.array(Sink) });
const Port = z.object({ port: z.int() });

let backend: TestBackend;
let folder: string;
let server: CertificateFiles;
let client: CertificateFiles;
let stranger: CertificateFiles;
let count = 0;

beforeAll(async () => {
  backend = await startTestBackend();
  folder = mkdtempSync(path.join(tmpdir(), 'secret-store-sinks-'));
  server = newCertificate(folder, 'server');
  client = newCertificate(folder, 'client');
  stranger = newCertificate(folder, 'stranger');
});
afterAll(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const { id } of (await shown()).results) await backend.asAdministrator('DELETE', `/v1/admin/audit/sinks/${id}`);
});

const shown = async () => List.parse((await backend.asAdministrator('GET', '/v1/admin/audit/sinks')).json);
const shownOne = async (id: string) => (await shown()).results.find((sink) => sink.id === id);
const post = (body: object) => backend.asAdministrator('POST', '/v1/admin/audit/sinks', body);
const create = async (body: object) => {
  const answer = await post(body);
  expect([answer.status, answer.message]).toEqual([200, '']);
  return Created.parse(answer.json);
};
const sql = (statement: string, values: readonly unknown[] = []) => backend.deps.db.pool.query(statement, [...values]);
const again = (id: string) => sql(`UPDATE webhook SET "nextTryAt" = now() - interval '1 hour' WHERE id = $1`, [id]);
const send = (deps = backend.deps) => sendDue(deps);

/** As many events, in the chain. @returns what they are of, in order */
const happen = async (events: number): Promise<readonly string[]> => {
  const names: string[] = [];
  for (let index = 0; index < events; index += 1) {
    count += 1;
    names.push(`ada/model-${count}`);
    await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'ada', name: `model-${count}` });
  }
  await backend.deps.ledger.flush();
  return names;
};

const freePort = async (): Promise<number> => {
  const held = createTcpServer();
  await once(held.listen(0, '127.0.0.1'), 'listening');
  const { port } = Port.parse(held.address());
  await new Promise((resolve) => held.close(resolve));
  return port;
};

const receiverOptions = async (): Promise<SyslogReceiverOptions> => ({
  ...{ port: await freePort(), server, client },
  folder: mkdtempSync(path.join(folder, 'receiver-')),
});

const wanted = ['algorithm.create'];
const shownToServer = () => ({
  ...{ format: 'syslog', events: wanted, trustedCertificates: server.cert },
  ...{ clientCertificate: client.cert, clientKey: client.key },
});

const message = /^<110>1 \S+Z \S+ secret-store - algorithm\.create \[audit@32473 (.*?[^\\])\] (\{.*\})$/;
const eventIn = (line: string): AuditEvent => AuditEvent.parse(JSON.parse(message.exec(line)?.[2] ?? line));
const subjectsIn = (lines: readonly string[]) => lines.map((line) => eventIn(line).subject.name);

const program = process.env.TEST_SYSLOG_PROGRAM;
const receivers: readonly [string, (options: SyslogReceiverOptions) => SyslogReceiver][] = [
  ['that speaks the wire format', (options) => new ScriptedSyslog(options)],
  ...(program === undefined
    ? []
    : ([[program, (options) => new Rsyslog(program, options)]] satisfies [
        string,
        (options: SyslogReceiverOptions) => SyslogReceiver,
      ][])),
];

describe.each(receivers)('syslog over TLS, to a receiver: %s', (_name, make) => {
  let receiver: SyslogReceiver;

  beforeEach(async () => {
    receiver = make(await receiverOptions());
    await receiver.start();
  });
  afterEach(() => receiver.stop());

  it('gets every event once, in order, and the store shows it the certificate that it asks for', async () => {
    const { id, key } = await create({ ...shownToServer(), url: receiver.url });
    expect(key).toBeNull();
    const names = await happen(5);
    await send();
    await expect.poll(async () => subjectsIn(await receiver.messages())).toEqual(names);
    expect(await shownOne(id)).toMatchObject({ failure: null, waiting: 0, trustsOwnCertificates: true });
    await send();
    expect(await receiver.messages()).toHaveLength(5);
  });

  it('loses nothing while it is down', async () => {
    const { id } = await create({ ...shownToServer(), url: receiver.url });
    const first = await happen(1);
    await send();
    await receiver.stop();
    const second = await happen(3);
    await send();
    expect(await shownOne(id)).toMatchObject({ failure: 'The connection was refused.' });
    expect((await shownOne(id))?.waiting).toBeGreaterThanOrEqual(3);
    await receiver.start();
    await again(id);
    await send();
    await expect.poll(async () => subjectsIn(await receiver.messages())).toEqual([...first, ...second]);
  });

  it('gets nothing from a store that it does not know, and nothing is sent to one that the store does not know', async () => {
    const unknown = { clientCertificate: stranger.cert, clientKey: stranger.key };
    const { id } = await create({ ...shownToServer(), ...unknown, url: receiver.url });
    const { id: other } = await create({ ...shownToServer(), url: receiver.url, trustedCertificates: stranger.cert });
    await happen(1);
    await send();
    expect((await shownOne(id))?.failingSince).not.toBeNull();
    expect((await shownOne(other))?.failure).toMatch(/^Its certificate is not valid: /);
    expect(await receiver.messages()).toEqual([]);
  });
});

describe('syslog over TLS', () => {
  let receiver: ScriptedSyslog;

  beforeEach(async () => {
    receiver = new ScriptedSyslog(await receiverOptions());
    await receiver.start();
  });
  afterEach(() => receiver.stop());

  it('that hangs or hangs up is sent the same events again, and holds back no other sink, write or the end of the backend', async () => {
    const other = new ScriptedSyslog(await receiverOptions());
    await other.start();
    const { id } = await create({ ...shownToServer(), url: receiver.url });
    await create({ ...shownToServer(), url: other.url });
    receiver.way = 'hangs up';
    const first = await happen(1);
    await send();
    expect((await shownOne(id))?.failingSince).not.toBeNull();
    receiver.way = 'hangs';
    await again(id);
    const sending = startWebhooks(backend.deps);
    await expect.poll(() => receiver.hung).toBe(1);
    const second = await happen(2);
    await expect.poll(async () => subjectsIn(await other.messages())).toEqual([...first, ...second]);
    await sending.stop();
    receiver.way = 'takes';
    await again(id);
    await send();
    expect(subjectsIn(await receiver.messages())).toEqual([...first, ...second]);
    await other.stop();
  });

  it('is not told an address of a cloud’s metadata service', async () => {
    const { id } = await create({ ...shownToServer(), url: 'tls://logs.example.com' });
    await happen(1);
    await sendDue(backend.deps, { resolveHost: () => Promise.resolve(['169.254.169.254']) });
    expect((await shownOne(id))?.failure).toContain('does not connect to');
  });
});

interface Arrived {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

describe('JSON lines', () => {
  const arrived: Arrived[] = [];
  let answer = (_body: string): number | 'nothing' => 200;
  let sink: Server;
  let url: string;

  beforeEach(async () => {
    arrived.length = 0;
    answer = () => 200;
    sink = createServer((request, response) => {
      void text(request).then((body) => {
        arrived.push({ headers: request.headers, text: body });
        const status = answer(body);
        if (status !== 'nothing') response.writeHead(status).end();
      });
    });
    await once(sink.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${Port.parse(sink.address()).port}/audit`;
  });
  afterEach(() => {
    sink.close();
    sink.closeAllConnections();
  });

  const linesOf = ({ text: body }: Arrived) => body.trimEnd().split('\n');
  const subjectsOf = (one: Arrived) => linesOf(one).map((line) => AuditEvent.parse(JSON.parse(line)).subject.name);
  const jsonLines = () => ({ format: 'json-lines', url, events: wanted });

  it('come together, as the lines of an export, signed with the key that was shown once', async () => {
    const { id, key } = await create({ format: 'json-lines', url });
    const names = await happen(3);
    await send();
    const [one] = arrived;
    if (one === undefined || key === null) throw new Error('nothing arrived');
    expect(arrived).toHaveLength(1);
    expect(one.headers['content-type']).toBe('application/x-ndjson');
    expect(subjectsOf(one).slice(-3)).toEqual(names);
    const exported = (await backend.asAdministrator('GET', '/v1/admin/audit/export')).text.split('\n');
    expect(exported).toEqual(expect.arrayContaining(linesOf(one)));
    const { 'webhook-id': messageId, 'webhook-timestamp': at, 'webhook-signature': signature } = one.headers;
    const secret = Buffer.from(key.replace('whsec_', ''), 'base64');
    const hmac = createHmac('sha256', secret).update(`${String(messageId)}.${String(at)}.${one.text}`);
    expect(signature).toBe(`v1,${hmac.digest('base64')}`);
    expect(JSON.stringify(await shown())).not.toContain(key);
    expect((await shownOne(id))?.waiting).toBe(0);
  });

  it('are kept for a sink that is full, and go in smaller parts where it takes no more at once', async () => {
    const { id } = await create(jsonLines());
    const names = await happen(5);
    answer = () => 503;
    await send();
    expect(await shownOne(id)).toMatchObject({ failure: 'It answered 503.' });
    arrived.length = 0;
    answer = (body) => (body.trimEnd().split('\n').length > 2 ? 413 : 200);
    await again(id);
    await send();
    expect(arrived.filter((one) => linesOf(one).length <= 2).flatMap(subjectsOf)).toEqual(names);
    expect(await shownOne(id)).toMatchObject({ failure: null, waiting: 0 });
  });

  it('are sent again, with the same ids, when the backend dies before it has noted that they arrived', async () => {
    const { id } = await create(jsonLines());
    const names = await happen(3);
    // what it would note is lost, as when it is killed
    const side = new Proxy(backend.deps.db.side, {
      get: (target, name) => (statement: { readonly name?: string }) =>
        statement.name === 'webhook-turn'
          ? Promise.reject(new Error('killed'))
          : Reflect.get(target, name).call(target, statement),
    });
    await send({ ...backend.deps, db: { ...backend.deps.db, side } });
    expect(arrived.flatMap(subjectsOf)).toEqual(names);
    const later = await happen(1);
    // its claim ends by itself
    await send();
    expect(arrived).toHaveLength(1);
    await again(id);
    await send();
    expect(arrived.slice(1).flatMap(subjectsOf)).toEqual([...names, ...later]);
    const ids = arrived.map((one) => linesOf(one).map((line) => AuditEvent.parse(JSON.parse(line)).id));
    expect(ids[1]?.slice(0, 3)).toEqual(ids[0]);
  });

  it('are sent by one of two backends', async () => {
    const { left, ...first } = { ...backend, left: backend };
    const second = await startTestBackend({ left });
    try {
      await create(jsonLines());
      const names = await happen(4);
      await second.deps.ledger.flush();
      await expect.poll(() => second.deps.ledger.chain.head).toEqual(first.deps.ledger.chain.head);
      await Promise.all([send(), send(second.deps), send(), send(second.deps)]);
      expect(arrived.flatMap(subjectsOf)).toEqual(names);
    } finally {
      await second.leave();
    }
  });
});

describe('a sink', () => {
  it.each([
    ['url', { format: 'syslog', url: 'https://logs.example.com' }],
    ['url', { format: 'syslog', url: 'tls://user@logs.example.com:6514' }],
    ['url', { format: 'syslog', url: 'tls://logs.example.com:6514/path' }],
    ['url', { format: 'json-lines', url: 'http://logs.example.com' }],
    ['url', { format: 'json-lines', url: 'tls://logs.example.com' }],
    ['trustedCertificates', { format: 'syslog', url: 'tls://logs.example.com', trustedCertificates: 'PRIVATE' }],
    ['clientKey', { format: 'syslog', url: 'tls://logs.example.com', clientCertificate: 'client' }],
  ])('is refused for its %s: %o', async (field, { clientCertificate, ...body }: Record<string, string>) => {
    const answer = await post({ ...body, ...(clientCertificate !== undefined && { clientCertificate: client.cert }) });
    expect([answer.status, answer.fields]).toEqual([400, [field]]);
    expect(answer.text).not.toContain('PRIVATE');
  });

  it('shows its private key nowhere, and the row that was moved to another address cannot be opened', async () => {
    const { id } = await create({ ...shownToServer(), url: 'tls://127.0.0.1:1' });
    const body = client.key.split('\n')[1] ?? '';
    const { rows } = await sql('SELECT * FROM webhook WHERE id = $1', [id]);
    const audit = (await backend.asAdministrator('GET', '/v1/admin/audit?limit=5')).text;
    for (const told of [JSON.stringify(await shown()), JSON.stringify(rows), audit, backend.logged()]) {
      expect(told).not.toContain(body);
    }
    expect(audit).toContain('audit-sink.create');
    expect((await shownOne(id))?.certificateExpires).toEqual(expect.any(String));
    await sql('UPDATE webhook SET url = $2 WHERE id = $1', [id, 'tls://127.0.0.1:2']);
    await happen(1);
    await send();
    expect((await sql('SELECT failure FROM webhook WHERE id = $1', [id])).rows).toEqual([
      { failure: 'The store could not send it. Its log says why.' },
    ]);
    await sql('UPDATE webhook SET url = $2 WHERE id = $1', [id, 'tls://127.0.0.1:1']);
  });

  it('is one of a few', async () => {
    for (let index = 0; index < auditSinksMaximum; index += 1) {
      await create({ format: 'syslog', url: 'tls://127.0.0.1:1' });
    }
    expect((await post({ format: 'syslog', url: 'tls://127.0.0.1:1' })).status).toBe(409);
  });
});
