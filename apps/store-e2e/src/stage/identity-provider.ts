import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { Provider } from 'oidc-provider';

interface Person {
  /** as the identity provider calls them */
  readonly username: string;
  readonly groups: readonly string[];
}

const client = { client_id: 'secret-store', client_secret: 'the-secret-of-the-client' };

/**
 * An OpenID Connect provider of its own, on this machine. Its sign-in page takes every name, without a password to check.
 * @param personOf who signs in with a name
 */
export const startIdentityProvider = async (personOf: (login: string) => Person) => {
  let answer: RequestListener = (_request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return {
    issuer,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    /** Registers the store. */
    allow: (callback: string): void => {
      const provider = new Provider(issuer, {
        clients: [{ ...client, redirect_uris: [callback] }],
        claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'] },
        findAccount: (_context, accountId) => {
          const { username, groups } = personOf(accountId);
          return { accountId, claims: () => ({ sub: accountId, preferred_username: username, groups: [...groups] }) };
        },
      });
      const handle = provider.callback();
      answer = (request, response) => void handle(request, response);
    },
    /** Nobody answers at its address from now on. */
    stop: (): void => {
      server.close();
      server.closeAllConnections();
    },
  };
};

export type IdentityProvider = Awaited<ReturnType<typeof startIdentityProvider>>;
