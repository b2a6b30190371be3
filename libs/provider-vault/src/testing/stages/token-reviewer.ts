import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import * as z from 'zod/mini';

export interface TokenReviewer {
  readonly address: string;
  readonly serviceAccountToken: string;
  close(): Promise<void>;
}

const review = z.object({ spec: z.object({ token: z.string(), audiences: z.optional(z.array(z.string())) }) });

/**
 * As much of a Kubernetes API as a server asks about a service account's token. It knows one: `worker` in `algorithms`.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
 */
export const startTokenReviewer = async (): Promise<TokenReviewer> => {
  const serviceAccountToken = makeServiceAccountToken();
  const server = http.createServer((request, response) => {
    void json(request).then((body) => {
      const { token, audiences = [] } = review.parse(body).spec;
      const authenticated = token === serviceAccountToken;
      const user = {
        username: 'system:serviceaccount:algorithms:worker',
        uid: 'worker-uid',
        groups: ['system:serviceaccounts'],
      };
      const status = { authenticated, ...(authenticated && { user, audiences }) };
      response.writeHead(201, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', status }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo; the other types are for pipes and closed servers.
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    serviceAccountToken,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Well formed, because servers look into it before they ask; who signed it is for the reviewer to know. */
const makeServiceAccountToken = (): string => {
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    aud: ['https://kubernetes.default.svc'],
    exp: now + 3_600,
    iat: now,
    iss: 'https://kubernetes.default.svc',
    jti: randomUUID(),
    'kubernetes.io': { namespace: 'algorithms', serviceaccount: { name: 'worker', uid: 'worker-uid' } },
    sub: 'system:serviceaccount:algorithms:worker',
  };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${encode({ alg: 'RS256', kid: 'key' })}.${encode(claims)}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
};
