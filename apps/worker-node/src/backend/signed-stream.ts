import type { IncomingMessage } from 'node:http';
import { type SigningKey, signRequest } from '@secret-store/sealing';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import type { BackendAddress } from './backend-address.ts';
import { connectionTo, noAnswer } from './backend-connection.ts';
import { backendRefusal } from './backend-refusal.ts';
import { readLimited } from './read-limited.ts';

/** A backend that lives sends a line at least each second. */
const silenceMilliseconds = 5_000;
const refusalBytesMaximum = 64 * 1024;
const lineLengthMaximum = 64 * 1024;

export interface SignedStreamOptions {
  readonly backend: BackendAddress;
  readonly signer: SigningKey;
}

/** @param onLine gets each line as it comes @param signal ends the stream */
export type SignedStream = (path: string, onLine: (line: string) => void, signal: AbortSignal) => Promise<void>;

/**
 * Follows a signed request whose answer never ends by itself.
 * @returns a function that returns when the backend ends the answer, and throws a {@link ResolveFailure} where it refuses, breaks off
 * or is silent for 5 s
 */
export const createSignedStream = ({ backend, signer }: SignedStreamOptions): SignedStream => {
  const { request, to } = connectionTo(backend);
  return async (path, onLine, signal) => {
    const method = 'POST';
    const headers = signRequest({ method, target: path, body: Buffer.alloc(0), now: new Date() }, signer);
    const sent = request({ ...to, method, path, headers: { ...headers }, timeout: silenceMilliseconds, signal });
    sent.on('timeout', () => sent.destroy());
    try {
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve).on('error', reject);
        sent.end();
      });
      if (response.statusCode !== 200) throw await refusalOf(response);
      await readLines(response, onLine);
    } catch (error) {
      throw error instanceof ResolveFailure ? error : noAnswer(backend, error);
    } finally {
      sent.destroy();
    }
  };
};

const refusalOf = async (response: IncomingMessage): Promise<ResolveFailure> =>
  backendRefusal(response.statusCode ?? 0, (await readLimited(response, refusalBytesMaximum)) ?? Buffer.alloc(0));

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
