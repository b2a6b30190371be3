import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { signRequest, type SigningKey } from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { backendRefusal } from './backend-refusal.ts';
import { readLimited } from './read-limited.ts';

const defaultTimeoutMilliseconds = 10_000;
/** A signed set with many hundreds of the largest values. A plugin module is smaller. */
const answerBytesMaximum = 96 * 1024 * 1024;
/** More requests than this wait for one of these. */
const connectionsMaximum = 64;

export interface SignedCallOptions {
  /** of the backend; its path does not count */
  readonly url: URL;
  readonly signer: SigningKey;
  /** for the whole answer; 10 s by default */
  readonly timeoutMilliseconds?: number;
}

interface SignedAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

/** @param path with query @param body JSON; empty for none */
export type SignedCall = (method: 'GET' | 'POST', path: string, body?: string) => Promise<SignedAnswer>;

/**
 * Requests that are signed, over connections that are kept, with a limit of time and size. Follows no redirect, which would
 * carry the signature elsewhere.
 * @returns a function that throws a {@link ResolveFailure} also for an error status: what it returns is a success
 */
export const createSignedCall = ({ url, signer, timeoutMilliseconds }: SignedCallOptions): SignedCall => {
  const timeout = timeoutMilliseconds ?? defaultTimeoutMilliseconds;
  const send = senderFor(url);
  return async (method, path, body = '') => {
    const target = new URL(path, url);
    const signature = signRequest(
      { method, target: target.pathname + target.search, body: Buffer.from(body), now: new Date() },
      signer,
    );
    const headers = { ...signature, ...(body !== '' && { 'content-type': 'application/json' }) };
    const answer = await again(() => send(target, { method, headers, timeout }, body)).catch((error: unknown) =>
      Promise.reject(noAnswer(url, error)),
    );
    if (answer.bytes === null) throw tooLarge(url);
    if (answer.status < 200 || answer.status > 299) throw backendRefusal(answer.status, answer.bytes);
    return { headers: answer.headers, bytes: answer.bytes };
  };
};

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

const senderFor = ({ protocol }: URL) => {
  const pool = { keepAlive: true, maxSockets: connectionsMaximum };
  const [request, agent] =
    protocol === 'https:' ? [requestHttps, new HttpsAgent(pool)] : [requestHttp, new HttpAgent(pool)];
  return async (url: URL, { timeout, ...call }: Call, body: string): Promise<RawAnswer> => {
    const sent = request(url, { ...call, agent });
    // a signal that times out would live on after the answer, and cost as much as the request
    const timer = setTimeout(() => sent.destroy(new Error('the answer took too long')), timeout);
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
    } finally {
      clearTimeout(timer);
    }
  };
};

const isReset = (error: Error): boolean => 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

/** On another connection: the backend has not read the request. */
const again = async (send: () => Promise<RawAnswer>): Promise<RawAnswer> => {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      // each try uses up a kept connection
      if (!(error instanceof ConnectionWasClosed)) throw error;
    }
  }
};

const tooLarge = ({ origin }: URL): ResolveFailure =>
  new ResolveFailure(exitCode.unavailable, `the backend at ${origin} sent more than 96 MiB, which this worker refuses`);

const noAnswer = ({ origin }: URL, cause: unknown): ResolveFailure =>
  new ResolveFailure(exitCode.unavailable, `the backend at ${origin} gave no answer: check that the store is running`, {
    cause,
  });
