import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { testDatabaseAt } from '@secret-store/db/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestBackend, type TestBackend } from '../http/testing/test-backend.ts';
import { sendDue, startWebhooks } from './sending/send-webhooks.ts';
import { webhookKey } from './webhook-key.ts';

const Body = z.object({
  type: z.string(),
  timestamp: z.iso.datetime(),
  data: z.object({ sequence: z.int(), action: z.string(), subject: z.object({ name: z.string().nullable() }) }),
});

interface Arrived {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: z.infer<typeof Body>;
}

/** Somebody's receiver. It takes what comes, or answers as it is told, or not at all. */
class Receiver {
  readonly arrived: Arrived[] = [];
  /** requests that have no answer yet */
  waiting = 0;
  answer: number | 'nothing' = 200;
  #server: Server = createServer((request, response) => void this.#take(request, response));

  async listen(): Promise<void> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
  }

  get url(): string {
    const { port } = z.object({ port: z.number() }).parse(this.#server.address());
    return `http://127.0.0.1:${port}/events`;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const said = await text(request);
    this.arrived.push({ headers: request.headers, text: said, body: Body.parse(JSON.parse(said)) });
    if (this.answer === 'nothing') {
      this.waiting += 1;
      response.once('close', () => (this.waiting -= 1));
      return;
    }
    response.writeHead(this.answer, this.answer === 302 ? { location: this.url } : {}).end('unseen');
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

let backend: TestBackend;
let receiver: Receiver;
let count = 0;

beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());
beforeEach(async () => {
  receiver = new Receiver();
  await receiver.listen();
});
afterEach(async () => {
  receiver.close();
  const { results } = List.parse((await backend.asAdministrator('GET', '/v1/admin/webhooks')).json);
  for (const { id } of results) await backend.asAdministrator('DELETE', `/v1/admin/webhooks/${id}`);
});

const Created = z.object({ id: z.uuid(), key: z.string() });
const List = z.object({
  results: z.array(
    z.object({
      ...{ id: z.uuid(), url: z.string(), failingSince: z.string().nullable(), failure: z.string().nullable() },
      ...{ lastSent: z.string().nullable(), nextTry: z.string().nullable() },
    }),
  ),
});

const hook = async (events: readonly string[], url = receiver.url) =>
  Created.parse((await backend.asAdministrator('POST', '/v1/admin/webhooks', { url, events })).json);

const shown = async (id: string) =>
  List.parse((await backend.asAdministrator('GET', '/v1/admin/webhooks')).json).results.find((one) => one.id === id);

/** An event, in the chain. */
const something = async (): Promise<string> => {
  count += 1;
  const name = `model-${count}`;
  await backend.asAdministrator('POST', '/v1/algorithms', { owner: 'ada', name });
  await backend.deps.ledger.flush();
  return `ada/${name}`;
};

const send = () => sendDue(backend.deps);
const sql = (statement: string, values: readonly unknown[] = []) => backend.deps.db.pool.query(statement, [...values]);
const again = (id: string) => sql(`UPDATE webhook SET "nextTryAt" = now() - interval '1 hour' WHERE id = $1`, [id]);
const subjects = () => receiver.arrived.map(({ body }) => body.data.subject.name);

const isSigned = ({ headers, text: said }: Arrived, key: string): boolean => {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${said}`;
  const secret = Buffer.from(key.replace('whsec_', ''), 'base64');
  return headers['webhook-signature'] === `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
};

describe('a webhook', () => {
  it('gets what it asks for from its creation on, in order, signed with the key that was shown once', async () => {
    await something();
    const { id, key } = await hook(['algorithm.']);
    const names = [await something(), await something()];
    await backend.addUser('grace');
    await send();
    expect(subjects()).toEqual(names);
    expect(receiver.arrived.map((one) => isSigned(one, key))).toEqual([true, true]);
    expect(receiver.arrived.map(({ body }) => body.type)).toEqual(['algorithm.create', 'algorithm.create']);
    expect(JSON.stringify((await backend.asAdministrator('GET', '/v1/admin/webhooks')).json)).not.toContain(key);
    expect(await shown(id)).toMatchObject({ failingSince: null, failure: null, lastSent: expect.any(String) });
    await send();
    expect(receiver.arrived).toHaveLength(2);
  });

  it('that fails gets the same event again, with its id, and loses none', async () => {
    const { id } = await hook(['algorithm.create']);
    const first = await something();
    receiver.answer = 500;
    await send();
    const state = await shown(id);
    expect(state).toMatchObject({ failure: 'It answered 500.', failingSince: expect.any(String) });
    // not before its pause is over
    await send();
    expect(subjects()).toEqual([first]);
    const second = await something();
    receiver.answer = 200;
    await again(id);
    await send();
    expect(subjects()).toEqual([first, first, second]);
    const [one, two] = receiver.arrived;
    expect(two?.headers['webhook-id']).toBe(one?.headers['webhook-id']);
    expect(await shown(id)).toMatchObject({ failure: null, failingSince: null, nextTry: null });
  });

  it('that hangs holds back no other, and no other backend sends it meanwhile', async () => {
    const hung = new Receiver();
    await hung.listen();
    hung.answer = 'nothing';
    const { id } = await hook(['algorithm.create'], hung.url);
    await hook(['algorithm.create']);
    const name = await something();
    const turn = send();
    await expect.poll(() => hung.arrived.length).toBe(1);
    await expect.poll(subjects).toEqual([name]);
    await send();
    expect(hung.arrived).toHaveLength(1);
    // a backend that dies now leaves a claim that ends
    const { rows } = await sql(`SELECT "nextTryAt" - now() AS rest FROM webhook WHERE id = $1`, [id]);
    expect(rows).toEqual([{ rest: expect.objectContaining({ seconds: expect.any(Number) }) }]);
    hung.close();
    await turn;
    expect(await shown(id)).toMatchObject({ failure: 'The connection failed.' });
  });

  it('that hangs holds back no later event of another, and not the end of the backend', async () => {
    const hung = new Receiver();
    await hung.listen();
    hung.answer = 'nothing';
    const { id } = await hook(['algorithm.create'], hung.url);
    await hook(['algorithm.create']);
    const sending = startWebhooks(backend.deps);
    const first = await something();
    await expect.poll(() => hung.waiting).toBe(1);
    await expect.poll(subjects).toEqual([first]);
    const second = await something();
    await expect.poll(subjects).toEqual([first, second]);
    expect(hung.waiting).toBe(1);
    await sending.stop();
    await expect.poll(() => hung.waiting).toBe(0);
    expect(hung.arrived).toHaveLength(1);
    expect((await shown(id))?.failingSince).toBeNull();
    hung.close();
  });

  it('at a name with an address that nobody answers at arrives at the other one', async () => {
    const { port } = new URL(receiver.url);
    const { id } = await hook(['algorithm.create'], `http://localhost:${port}/events`);
    const name = await something();
    await sendDue(backend.deps, { resolveHost: () => Promise.resolve(['::1', '127.0.0.1']) });
    expect([subjects(), (await shown(id))?.failure]).toEqual([[name], null]);
  });

  it('is not led elsewhere by a redirect', async () => {
    const { id } = await hook(['algorithm.create']);
    await something();
    receiver.answer = 302;
    await send();
    expect(receiver.arrived).toHaveLength(1);
    expect((await shown(id))?.failure).toContain('a redirect');
  });

  it('fails, and ends its turn, where an answer switches to another protocol', async () => {
    const switching = createTcpServer((socket) =>
      socket.once('data', () =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
      ),
    );
    await once(switching.listen(0, '127.0.0.1'), 'listening');
    const { port } = z.object({ port: z.number() }).parse(switching.address());
    const { id } = await hook(['algorithm.create'], `http://127.0.0.1:${port}/events`);
    await something();
    await send();
    expect((await shown(id))?.failure).toBe('The connection failed.');
    switching.close();
  });

  it('whose name is not resolved does not hold up the end of the backend', async () => {
    const asked: string[] = [];
    await hook(['algorithm.create'], 'https://hooks.example.com/events');
    await something();
    const resolveHost = (host: string) => {
      asked.push(host);
      return new Promise<never>(() => {});
    };
    const stopping = new AbortController();
    const turn = sendDue(backend.deps, { resolveHost, signal: stopping.signal });
    await expect.poll(() => asked).toEqual(['hooks.example.com']);
    stopping.abort();
    await turn;
  });

  it.each([
    ['169.254.169.254', 'a cloud’s metadata service'],
    ['127.0.0.1', 'this machine'],
    ['::ffff:169.254.169.254', 'the metadata service in another form'],
  ])('of a name that leads to %s is not sent: %s', async (address) => {
    const { id } = await hook(['algorithm.create'], 'https://hooks.example.com/events');
    await something();
    await sendDue(backend.deps, { resolveHost: () => Promise.resolve([address]) });
    expect((await shown(id))?.failure).toContain('does not connect to');
  });

  it.each(['http://hooks.example.com/', 'ftp://127.0.0.1/', 'https://user@hooks.example.com/', 'hooks.example.com'])(
    'is refused at %s',
    async (url) => {
      const answer = await backend.asAdministrator('POST', '/v1/admin/webhooks', { url, events: ['*'] });
      expect([answer.status, answer.fields]).toEqual([400, ['url']]);
    },
  );

  it('is refused for an event that the audit does not have', async () => {
    const body = { url: receiver.url, events: ['secret.read'] };
    expect((await backend.asAdministrator('POST', '/v1/admin/webhooks', body)).status).toBe(400);
  });
});

it('the key is of one webhook at one address', () => {
  const here = { id: '01a21e75-e79b-7341-9972-f4af1674a358', url: 'https://hooks.example.com/a' };
  const keyOf = (webhook: typeof here) => webhookKey(backend.deps, webhook).toString('hex');
  expect(keyOf({ ...here, url: 'https://hooks.example.com/b' })).not.toBe(keyOf(here));
  expect(keyOf({ ...here, id: '01a21e75-e79b-7341-9972-f4af1674a359' })).not.toBe(keyOf(here));
});

describe('somebody who writes the database', () => {
  it('cannot have a webhook sent to another address', async () => {
    const { id } = await hook(['algorithm.create']);
    const thief = new Receiver();
    await thief.listen();
    await sql('UPDATE webhook SET url = $2 WHERE id = $1', [id, thief.url]);
    await something();
    await send();
    expect([thief.arrived, receiver.arrived]).toEqual([[], []]);
    thief.close();
  });

  it('cannot have an event sent that was changed, and the webhook says where the audit stops being whole', async () => {
    const { id } = await hook(['*']);
    await backend.deps.ledger.flush();
    await something();
    const { asOwner } = await testDatabaseAt(backend.databaseUrl);
    await asOwner('ALTER TABLE audit_event DISABLE TRIGGER USER');
    await asOwner(`UPDATE audit_event SET "actorName" = 'mallory' WHERE action = 'algorithm.create'`);
    await send();
    const told = receiver.arrived.map(({ text: said }) => said).join('');
    expect(told).toContain('webhook.create');
    expect(told).not.toContain('mallory');
    await again(id);
    await send();
    expect((await shown(id))?.failure).toMatch(/^The audit was changed outside the store after event \d+\./);
  });
});
