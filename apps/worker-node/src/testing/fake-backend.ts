import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { WorkerPollAnswer } from '@secret-store/api/schemas';
import { verificationKeyOf, verifyCertificate, verifyRequest } from '@secret-store/sealing';
import type { SignedStore } from './signed-store.ts';

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
}

export interface FakeBackend {
  readonly url: URL;
  /** what to answer to a request for this path below /api/worker, with this input */
  answer: (path: string, input: unknown) => FakeAnswer;
  /** the paths of all requests so far */
  readonly requests: string[];
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

/** Serves the worker's part of the backend's API, and accepts only requests that the store's worker signed. */
export const startFakeBackend = async (store: SignedStore): Promise<FakeBackend> => {
  const workerKey = verificationKeyOf(verifyCertificate(store.workerCertificate, store.root, 'worker'));
  const requests: string[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = '', url: target = '' } = request;
    const path = target.replace('/api/worker/', '');
    requests.push(path);
    verifyRequest({ method, target, body, headers: request.headers, now: new Date() }, workerKey);
    const answer = backend.answer(path, body.length === 0 ? undefined : JSON.parse(body.toString('utf8')));
    if (answer.hang) return;
    const type = answer.bytes ? 'application/octet-stream' : 'application/json';
    response.writeHead(answer.status ?? 200, {
      'content-type': type,
      ...(answer.location ? { location: answer.location } : {}),
      ...(answer.signature ? { 'secret-store-module-signature': answer.signature } : {}),
    });
    response.end(answer.bytes ?? JSON.stringify(answer.body ?? null));
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
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return backend;
};
