import type { IncomingMessage } from 'node:http';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { BackendAddress } from './backend-address.ts';
import { connectionTo, noAnswer, notSigned } from './backend-connection.ts';
import { backendRefusal, isOutdated } from './backend-refusal.ts';
import { readLimited } from './read-limited.ts';
import { type SignedExchange, triesMaximum } from './signed-exchange.ts';

/** A backend that lives sends a line at least each second. */
const silenceMilliseconds = 5_000;
const refusalBytesMaximum = 64 * 1024;
const lineLengthMaximum = 64 * 1024;

export interface SignedStreamOptions {
  readonly backend: BackendAddress;
  readonly exchange: Pick<SignedExchange, 'sign'>;
}

/** @param onLine gets each line as it comes @param signal ends the stream */
export type SignedStream = (path: string, onLine: (line: string) => void, signal: AbortSignal) => Promise<void>;

/**
 * Follows a signed request whose answer never ends by itself. The head of the answer is signed by a backend of this store; the lines are
 * not.
 * @returns a function that returns when the backend ends the answer, and throws a {@link ResolveFailure} where it refuses, breaks off
 * or is silent for 5 s
 */
export const createSignedStream = ({ backend, exchange }: SignedStreamOptions): SignedStream => {
  const { request, to } = connectionTo(backend);
  /** @returns false where the request was signed over an old value, unless it is the last try */
  const followOnce = async (
    isLastTry: boolean,
    ...[path, onLine, signal]: Parameters<SignedStream>
  ): Promise<boolean> => {
    const method = 'POST';
    const signed = exchange.sign({ method, target: path, body: Buffer.alloc(0) });
    const sent = request({ ...to, method, path, headers: { ...signed.headers }, timeout: silenceMilliseconds, signal });
    sent.on('timeout', () => sent.destroy());
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve).on('error', reject);
        sent.end();
      });
      const { statusCode: status = 0, headers } = response;
      const body = status === 200 ? Buffer.alloc(0) : await readLimited(response, refusalBytesMaximum);
      if (body === null || !signed.isAnswered({ status, headers, body })) {
        throw status >= 500 ? noAnswer(backend, undefined) : notSigned(backend);
      }
      if (!isLastTry && isOutdated(status, body)) return false;
      if (status !== 200) throw backendRefusal(status, body);
      await readLines(response, onLine);
      return true;
    } catch (error) {
      throw error instanceof ResolveFailure ? error : noAnswer(backend, error);
    } finally {
      sent.destroy();
    }
  };
  return async (...call) => {
    for (let tries = 1; !(await followOnce(tries === triesMaximum, ...call));) tries += 1;
  };
};

const readLines = async (response: IncomingMessage, onLine: (line: string) => void): Promise<void> => {
  response.setEncoding('utf8');
  let rest = '';
  for await (const text of response) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineLengthMaximum) throw new Error('a line of the backend is too long');
    for (const line of lines) onLine(line);
  }
};
