import { once } from 'node:events';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { SyslogReceiver, SyslogReceiverOptions } from './syslog-receiver.ts';

/** The messages of RFC 5425 in what was read, and what is left of the last one. */
const unframed = (bytes: Buffer): { readonly messages: readonly string[]; readonly rest: Buffer } => {
  const messages: string[] = [];
  let rest = bytes;
  for (;;) {
    const space = rest.indexOf(' ');
    const length = Number(rest.subarray(0, Math.max(0, space)).toString() || NaN);
    if (Number.isNaN(length) || rest.length < space + 1 + length) return { messages, rest };
    messages.push(rest.subarray(space + 1, space + 1 + length).toString());
    rest = rest.subarray(space + 1 + length);
  }
};

/** It speaks the wire format, and hangs or hangs up as it is told. */
export class ScriptedSyslog implements SyslogReceiver {
  readonly url: string;
  way: 'takes' | 'hangs' | 'hangs up' = 'takes';
  /** connections that were taken and not read from */
  hung = 0;
  readonly #options: SyslogReceiverOptions;
  readonly #arrived: string[] = [];
  readonly #sockets = new Set<TLSSocket>();
  #server: Server | null = null;

  constructor(options: SyslogReceiverOptions) {
    this.#options = options;
    this.url = `tls://127.0.0.1:${options.port}`;
  }

  async start(): Promise<void> {
    const { server, client, port } = this.#options;
    this.#server = createServer(
      { cert: server.cert, key: server.key, ca: client.cert, requestCert: true, rejectUnauthorized: true },
      (socket) => this.#take(socket),
    );
    await once(this.#server.listen(port, '127.0.0.1'), 'listening');
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const socket of this.#sockets) socket.destroy();
    if (server !== null) await new Promise((resolve) => server.close(resolve));
  }

  async messages(): Promise<readonly string[]> {
    return this.#arrived;
  }

  #take(socket: TLSSocket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.way === 'hangs up') return void socket.destroy();
    if (this.way === 'hangs') {
      this.hung += 1;
      return;
    }
    let bytes = Buffer.alloc(0);
    socket.on('data', (part: Buffer) => {
      const { messages, rest } = unframed(Buffer.concat([bytes, part]));
      this.#arrived.push(...messages);
      bytes = Buffer.from(rest);
    });
  }
}
