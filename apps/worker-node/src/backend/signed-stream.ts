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

interface StreamLines {
  /** the first line, which the signature of the answer covers @param askedAt by `performance.now`, before the request was sent */
  onFirst(line: string, askedAt: number): void;
  /** each other line, as it comes */
  onLine(line: string): void;
}

interface StreamCall {
  readonly path: string;
  /** JSON */
  readonly body: string;
  readonly lines: StreamLines;
  /** ends the stream */
  readonly signal: AbortSignal;
}

export type SignedStream = (call: StreamCall) => Promise<void>;

/**
 * Follows a signed request whose answer never ends by itself. A backend of this store has signed the head of the answer with its first
 * line; the other lines are not signed.
 * @returns a function that returns when the backend ends the answer, and throws a {@link ResolveFailure} where it refuses, breaks off
 * or is silent for 5 s
 */
export const createSignedStream = ({ backend, exchange }: SignedStreamOptions): SignedStream => {
  const { request, to } = connectionTo(backend);
  /** @returns false where the request was signed over an old value, unless it is the last try */
  const followOnce = async (isLastTry: boolean, { path, body, lines, signal }: StreamCall): Promise<boolean> => {
    const method = 'POST';
    const signed = exchange.sign({ method, target: path, body: Buffer.from(body) });
    const headers = { ...signed.headers, 'content-type': 'application/json' };
    const askedAt = performance.now();
    const sent = request({ ...to, method, path, headers, timeout: silenceMilliseconds, signal });
    sent.on('timeout', () => sent.destroy());
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve).on('error', reject);
        sent.end(body);
      });
      const { statusCode: status = 0, headers: given } = response;
      const requireSigned = (answered: Uint8Array | null): void => {
        if (answered !== null && signed.isAnswered({ status, headers: given, body: answered })) return;
        throw status >= 500 ? noAnswer(backend, undefined) : notSigned(backend);
      };
      if (status === 200) {
        await readLines(response, {
          onFirst: (line) => {
            requireSigned(Buffer.from(line));
            lines.onFirst(line, askedAt);
          },
          onLine: (line) => lines.onLine(line),
        });
        return true;
      }
      const refusal = await readLimited(response, refusalBytesMaximum);
      requireSigned(refusal);
      const said = refusal ?? Buffer.alloc(0);
      if (!isLastTry && isOutdated(status, said)) return false;
      throw backendRefusal(status, said);
    } catch (error) {
      throw error instanceof ResolveFailure ? error : noAnswer(backend, error);
    } finally {
      sent.destroy();
    }
  };
  return async (call) => {
    for (let tries = 1; !(await followOnce(tries === triesMaximum, call));) tries += 1;
  };
};

const readLines = async (
  response: IncomingMessage,
  { onFirst, onLine }: { readonly onFirst: (line: string) => void; readonly onLine: (line: string) => void },
): Promise<void> => {
  response.setEncoding('utf8');
  let take = (line: string): void => {
    take = onLine;
    onFirst(line);
  };
  let rest = '';
  for await (const text of response) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineLengthMaximum) throw new Error('a line of the backend is too long');
    for (const line of lines) take(line);
  }
};
