import { signRequest, type SigningKey } from '@secret-store/sealing';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { backendRefusal } from './backend-refusal.ts';
import { readLimited } from './read-limited.ts';

const defaultTimeoutMilliseconds = 10_000;
/** A signed set with many hundreds of the largest values. A plugin module is smaller. */
const answerBytesMaximum = 96 * 1024 * 1024;

export interface SignedFetchOptions {
  readonly signer: SigningKey;
  readonly timeoutMilliseconds?: number;
}

export interface SignedFetchInit {
  readonly method?: string;
  readonly headers?: unknown;
  readonly body?: unknown;
}

/**
 * A `fetch` that signs each request and reads the whole answer within a limit of time and size. Follows no redirect, which
 * would carry the signature elsewhere.
 * @throws {ResolveFailure} also for an error status, so every answer that it returns is a success
 */
export const createSignedFetch =
  ({ signer, timeoutMilliseconds = defaultTimeoutMilliseconds }: SignedFetchOptions) =>
  async (
    address: string | URL | Request,
    { method = 'GET', headers, body }: SignedFetchInit = {},
  ): Promise<Response> => {
    const url = new URL(address instanceof Request ? address.url : address);
    const text = typeof body === 'string' ? body : '';
    const signature = signRequest(
      { method, target: url.pathname + url.search, body: Buffer.from(text), now: new Date() },
      signer,
    );
    const response = await send(url, {
      method,
      headers: { ...Object(headers), ...signature },
      ...(text !== '' && { body: text }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    const bytes = await readAnswer(url, response);
    if (!response.ok) throw backendRefusal(response.status, bytes);
    return new Response(bytes, { status: response.status, headers: response.headers });
  };

const send = (url: URL, init: RequestInit): Promise<Response> =>
  fetch(url, init).catch((error: unknown) => Promise.reject(noAnswer(url, error)));

const readAnswer = async (url: URL, response: Response): Promise<Uint8Array<ArrayBuffer>> => {
  const bytes = await readLimited(response, answerBytesMaximum).catch((error: unknown) =>
    Promise.reject(noAnswer(url, error)),
  );
  if (bytes !== null) return bytes;
  throw new ResolveFailure(
    exitCode.unavailable,
    `the backend at ${url.origin} sent more than 96 MiB, which this worker refuses`,
  );
};

const noAnswer = ({ origin }: URL, cause: unknown): ResolveFailure =>
  new ResolveFailure(exitCode.unavailable, `the backend at ${origin} gave no answer: check that the store is running`, {
    cause,
  });
