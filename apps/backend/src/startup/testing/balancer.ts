import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { z } from 'zod';

const askEachMilliseconds = 100;
/** A backend that takes longer gets no new connections. */
const answerMilliseconds = 500;

interface Target {
  readonly url: URL;
  isReady: boolean;
  readonly asking: NodeJS.Timeout;
}

/**
 * Stands before backends as a balancer of TCP does: each new connection goes to the next of those that answer /readyz. It looks into
 * no connection, and ends none of a backend that hangs.
 */
export class Balancer {
  readonly #targets: Target[] = [];
  readonly #open = new Set<Socket>();
  readonly #server: Server = createServer((caller) => this.#connect(caller));
  #next = 0;

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${z.object({ port: z.number() }).parse(this.#server.address()).port}`;
  }

  add(url: string): void {
    const target: Target = {
      ...{ url: new URL(url), isReady: false },
      asking: setInterval(() => void isReady(url).then((ready) => (target.isReady = ready)), askEachMilliseconds),
    };
    this.#targets.push(target);
  }

  /** Whether new connections go to it. */
  isReady(url: string): boolean {
    return this.#targets.some((target) => target.url.href === new URL(url).href && target.isReady);
  }

  close(): void {
    for (const { asking } of this.#targets) clearInterval(asking);
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #connect(caller: Socket): void {
    const ready = this.#targets.filter((target) => target.isReady);
    const target = ready[this.#next++ % ready.length];
    const closed = (...sockets: readonly Socket[]) => {
      for (const socket of sockets) socket.destroy();
    };
    caller.on('error', () => undefined);
    if (target === undefined) return closed(caller);
    const backend = connect(Number(target.url.port), target.url.hostname);
    backend.on('error', () => undefined);
    for (const socket of [caller, backend]) {
      this.#open.add(socket);
      socket.once('close', () => {
        this.#open.delete(socket);
        closed(caller, backend);
      });
    }
    caller.pipe(backend).pipe(caller);
  }
}

const isReady = async (url: string): Promise<boolean> => {
  const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(answerMilliseconds) }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.status === 200;
};
