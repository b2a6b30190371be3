import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** How a pooler shares out its sessions; `transaction` and `round robin` differ in which session that is free comes next. */
export type PoolMode = 'none' | 'session' | 'transaction' | 'round robin' | 'statement';

export interface FakePooler {
  readonly url: string;
  close(): Promise<void>;
}

const message = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};

const int16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const text = (value: string): Buffer => Buffer.from(`${value}\0`);

const ready = (isInTransaction: boolean): Buffer => message('Z', Buffer.from(isInTransaction ? 'T' : 'I'));
const done = (tag: string): Buffer => message('C', text(tag));
const refused = (words: string): Buffer =>
  message('E', text('SERROR'), text('C08P01'), text(`M${words}`), Buffer.from([0]));
const row = (value: string): readonly Buffer[] => [
  // one column, of type int4, as text
  message('T', int16(1), text('pid'), int32(0), int16(0), int32(23), int16(4), int32(-1), int16(0)),
  message('D', int16(1), int32(Buffer.byteLength(value)), Buffer.from(value)),
];

/** Sessions of the server that are free, as process ids. */
const sessions = (mode: PoolMode) => {
  const free = [101, 102, 103, 104];
  return {
    take: (): number => (mode === 'round robin' ? free.shift() : free.pop()) ?? 0,
    give: (session: number): void => void free.push(session),
  };
};

/** Speaks as much of PostgreSQL's wire format (https://www.postgresql.org/docs/current/protocol.html) as a start asks. */
export const startFakePooler = async (mode: PoolMode): Promise<FakePooler> => {
  const pool = sessions(mode);
  const keeps = mode === 'none' || mode === 'session';
  const sockets = new Set<Socket>();
  const converse = (socket: Socket): void => {
    let held: number | null = keeps ? pool.take() : null;
    let isInTransaction = false;
    const answer = (sql: string): readonly Buffer[] => {
      held ??= pool.take();
      if (sql.startsWith('SELECT')) return [...row(String(held)), done('SELECT 1')];
      if (mode === 'statement') return [refused('transaction blocks not allowed in statement pooling mode')];
      isInTransaction = sql === 'BEGIN';
      return [done(sql)];
    };
    const after = (): void => {
      if (held === null || keeps || isInTransaction) return;
      pool.give(held);
      held = null;
    };
    socket.once('data', () => {
      const introduced = mode === 'none' ? (held ?? 0) : 4_711;
      socket.write(Buffer.concat([message('R', int32(0)), message('K', int32(introduced), int32(1)), ready(false)]));
      socket.on('data', (chunk) => {
        // each of these clients sends one simple query at a time
        if (chunk.toString('latin1', 0, 1) !== 'Q') return;
        const parts = answer(chunk.toString('utf8', 5, chunk.length - 1));
        socket.write(Buffer.concat([...parts, ready(isInTransaction)]));
        after();
      });
    });
  };
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    converse(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake pooler has no port');
  return {
    url: `postgresql://user:password@127.0.0.1:${address.port}/store`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
