import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { WorkerPollAnswer } from '@secret-store/api/schemas';
import {
  isSignedRequest,
  readSignedRequest,
  type ReceivedRequest,
  requestDigest,
  signAnswer,
  verificationKeyOf,
  verifyCertificate,
} from '@secret-store/sealing';
import type { SignedStore } from '../signed-store.ts';

export interface FakeAnswer {
  readonly status?: number;
  /** JSON */
  readonly body?: unknown;
  /** in place of JSON */
  readonly bytes?: Uint8Array;
  /** of a module */
  readonly signature?: string;
  /** never answers */
  readonly hang?: boolean;
  readonly location?: string;
  /** by nobody, as a proxy answers */
  readonly unsigned?: boolean;
}

export interface FakeBackend {
  readonly url: URL;
  /** what to answer to a request for this path below /api/worker, with this input */
  answer: (path: string, input: unknown) => FakeAnswer;
  /** the paths of all requests so far, without those that were signed over an old value */
  readonly requests: string[];
  /** all requests of the store's worker so far */
  readonly signed: readonly ReceivedRequest[];
  /** over which requests must be signed */
  value: string;
  close(): Promise<void>;
}

export const data = (value: unknown): FakeAnswer => ({ body: { result: { data: value } } });

export const apiError = (status: number, code: number): FakeAnswer => ({
  status,
  body: { error: { id: 'request-1', code, message: 'x' } },
});

export const moduleBytes = (bytes: Uint8Array, signature?: string): FakeAnswer => ({
  bytes,
  ...(signature !== undefined && { signature }),
});

/** The answer to a poll when there is nothing to do. */
export const noCheck = ({ certificate }: Pick<SignedStore, 'certificate'>): WorkerPollAnswer => ({
  task: null,
  head: null,
  backendCertificate: certificate,
});

/**
 * Serves the worker's part of the backend's API, signs its answers, and accepts only requests that the store's worker signed, and
 * those of machines that join.
 */
export const startFakeBackend = async (
  store: Pick<SignedStore, 'workerCertificate' | 'root' | 'signer' | 'certificate'>,
): Promise<FakeBackend> => {
  const workerKey = verificationKeyOf(verifyCertificate(store.workerCertificate, store.root, 'worker'));
  const requests: string[] = [];
  const signed: ReceivedRequest[] = [];
  const answerTo = (request: IncomingMessage, body: Buffer): FakeAnswer => {
    const { method = '', url: target = '', headers } = request;
    const path = target.replace('/api/worker/', '');
    const received = readSignedRequest({ method, target, body, headers });
    if (received === null ? !path.startsWith('join/') : !isSignedRequest(received, workerKey))
      return apiError(401, 2000);
    if (received !== null) signed.push(received);
    if (received !== null && received.value !== backend.value) return apiError(401, 2004);
    requests.push(path);
    return backend.answer(path, body.length === 0 ? undefined : JSON.parse(body.toString('utf8')));
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const requestBody = Buffer.concat(chunks);
    const answer = answerTo(request, requestBody);
    if (answer.hang) return;
    const { status = 200 } = answer;
    const body = Buffer.from(answer.bytes ?? JSON.stringify(answer.body ?? null));
    const { method = '', url: target = '', headers: requestHeaders } = request;
    const digest = requestDigest({ method, target, body: requestBody, headers: requestHeaders });
    const signature =
      answer.unsigned === true || digest === null
        ? {}
        : signAnswer({ digest, status, body, value: backend.value, requestHeaders }, store);
    response.writeHead(status, {
      ...signature,
      'content-type': answer.bytes ? 'application/octet-stream' : 'application/json',
      ...(answer.location ? { location: answer.location } : {}),
      ...(answer.signature ? { 'secret-store-module-signature': answer.signature } : {}),
    });
    response.end(body);
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.writeHead(500).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const backend: FakeBackend = {
    url: new URL(`http://127.0.0.1:${address.port}`),
    answer: () => apiError(500, 5001),
    requests,
    signed,
    value: 'a-value',
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return backend;
};
