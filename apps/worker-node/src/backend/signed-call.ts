import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { hasCode } from '../errors/has-code.ts';
import { askAgain, type AskOptions } from '../waiting/ask-again.ts';
import { exitCode } from '../errors/exit-code.ts';
import { BackendAway, ResolveFailure } from '../errors/resolve-failure.ts';
import { type BackendAddress, describeAddress } from './backend-address.ts';
import { connectionTo, noAnswer, notSigned } from './backend-connection.ts';
import { backendRefusal, isOutdated } from './backend-refusal.ts';
import { readLimited } from './read-limited.ts';
import { type SignedExchange, triesMaximum } from './signed-exchange.ts';

const defaultTimeoutMilliseconds = 10_000;
/** A signed set with many hundreds of the largest values. A plugin module is smaller. */
const answerBytesMaximum = 96 * 1024 * 1024;

export interface SignedCallOptions extends AskOptions {
  readonly backend: BackendAddress;
  readonly exchange: Pick<SignedExchange, 'sign'>;
  /** for the whole answer; 10 s by default */
  readonly timeoutMilliseconds?: number;
}

interface SignedAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

export interface CallOptions {
  /** for how long it is asked for while no answer comes, hung connections too; the usual limits by default */
  readonly patienceMilliseconds?: number;
}

/** @param path with query @param body JSON; empty for none */
export type SignedCall = (
  method: 'GET' | 'POST',
  path: string,
  body?: string,
  options?: CallOptions,
) => Promise<SignedAnswer>;

/**
 * Requests that are signed, over connections that are kept, with a limit of time and size, and answers that a backend of this store
 * signed. Follows no redirect, which would carry the signature elsewhere. Asks again while the backend is away: what is asked for here
 * may be asked for twice.
 * @returns a function that throws a {@link ResolveFailure} also for an error status: what it returns is a success
 */
export const createSignedCall = ({
  backend,
  exchange,
  timeoutMilliseconds,
  ...patience
}: SignedCallOptions): SignedCall => {
  const longest = timeoutMilliseconds ?? defaultTimeoutMilliseconds;
  const now = patience.now ?? (() => performance.now());
  const send = senderFor(backend);
  const sendOnce = async ({ method, target, body, until }: Question) => {
    const timeout = Math.max(1, Math.min(longest, until - now()));
    const signed = exchange.sign({ method, target, body: Buffer.from(body) });
    const type = body === '' ? {} : { 'content-type': 'application/json' };
    const answer = await send(target, { method, headers: { ...signed.headers, ...type }, timeout }, body);
    const { status, headers, bytes } = answer;
    if (bytes === null) throw tooLarge(backend);
    if (signed.isAnswered({ status, headers, body: bytes })) return { status, headers, bytes };
    throw status >= 500 ? new NotOfBackend(status) : notSigned(backend);
  };
  const askOnce = async (question: Question): Promise<SignedAnswer> => {
    for (let tries = 1; ; tries += 1) {
      // signed again on each connection: what was sent before may have been read
      const { status, headers, bytes } = await onOpenConnection(() => sendOnce(question));
      if (tries < triesMaximum && isOutdated(status, bytes)) continue;
      if (status < 200 || status > 299) throw new Refused(status, bytes);
      return { headers, bytes };
    }
  };
  return async (method, target, body = '', { patienceMilliseconds } = {}) => {
    const until = now() + (patienceMilliseconds ?? Number.POSITIVE_INFINITY);
    const asking = { ...patience, ...(patienceMilliseconds !== undefined && { patienceMilliseconds }) };
    try {
      return await askAgain(() => askOnce({ method, target, body, until }), isPassing, asking);
    } catch (error) {
      if (error instanceof ResolveFailure) throw error;
      throw error instanceof Refused ? refusalOf(error) : noAnswer(backend, error);
    }
  };
};

interface Question {
  readonly method: string;
  readonly target: string;
  readonly body: string;
  /** when the answer comes too late */
  readonly until: number;
}

/** A backend that cannot read its database, or has no room, says nothing of what was asked. */
const refusalOf = ({ status, body }: Refused): ResolveFailure => {
  const refusal = backendRefusal(status, body);
  return status < 500 ? refusal : new BackendAway(refusal.message, { cause: refusal });
};

/** An answer that is no success. */
class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: Uint8Array,
  ) {
    super(`the backend answered with ${status}`);
  }
}

/** A failure that no backend signed: of a proxy that misses its backend, or of a backend that cannot read requests now. */
class NotOfBackend extends Error {
  constructor(status: number) {
    super(`a status of ${status} came from something else than the backend`);
  }
}

/** Of a backend that is away: nobody listens, the socket is not there yet, a connection ended with it, or the network is cut. */
const codesOfAway = new Set<unknown>([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'EAGAIN', 'EAI_AGAIN'],
  ...['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'ETIMEDOUT'],
]);

/** A 5xx is of a backend that starts, ends or has no room, of its database that does, or of a proxy that misses it. */
const isPassing = (error: unknown): boolean =>
  error instanceof Refused ? error.status >= 500 : error instanceof NotOfBackend || hasCode(error, codesOfAway);

interface Call {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** in milliseconds, for the whole answer */
  readonly timeout: number;
}

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** null: too large */
  readonly bytes: Uint8Array | null;
}

/** The backend closed a kept connection at the moment at which it was used again. */
class ConnectionWasClosed extends Error {}

const senderFor = (backend: BackendAddress) => {
  const { request, to } = connectionTo(backend);
  return async (path: string, { timeout, ...call }: Call, body: string): Promise<RawAnswer> => {
    const sent = request({ ...to, ...call, path });
    // a signal that times out would live on after the answer, and cost as much as the request
    const timeUp = new AbortController();
    const timer = setTimeout(() => {
      timeUp.abort();
      sent.destroy();
    }, timeout);
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve).on('error', (error) => {
          const wasClosed = sent.reusedSocket && isReset(error);
          reject(wasClosed ? new ConnectionWasClosed(error.message, { cause: error }) : error);
        });
        sent.end(body);
      });
      const bytes = await readLimited(response, answerBytesMaximum);
      return { status: response.statusCode ?? 0, headers: response.headers, bytes };
    } catch (error) {
      throw timeUp.signal.aborted ? new Error('the answer took too long', { cause: error }) : error;
    } finally {
      clearTimeout(timer);
    }
  };
};

const isReset = (error: Error): boolean => 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

/** On another connection: the backend has not read the request. */
const onOpenConnection = async <Answer>(send: () => Promise<Answer>): Promise<Answer> => {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      // each try uses up a kept connection
      if (!(error instanceof ConnectionWasClosed)) throw error;
    }
  }
};

const tooLarge = (backend: BackendAddress): ResolveFailure =>
  new ResolveFailure(
    exitCode.unavailable,
    `the backend ${describeAddress(backend)} sent more than 96 MiB, which this worker refuses`,
  );
