import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { allowedAddresses, type ResolveHost } from '@secret-store/plugin-host';

const answerMilliseconds = 10_000;

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** the system's, where it is not given */
  readonly resolveHost?: ResolveHost | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Why it did not arrive, in words that an administrator can do something with. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/**
 * Posts to an address that an administrator named, as a plugin's connections go: the name is resolved once, to addresses that
 * are allowed, redirects are not followed, and nothing of the answer but its status is read.
 * @throws {NotSent}
 */
export const postOutside = async ({ url, headers, body, resolveHost, signal }: Post): Promise<void> => {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const addresses = await allowedAddresses(host, true, resolveHost).catch(() => {
    throw new NotSent(`The name ${host} was not found.`);
  });
  if (addresses.length === 0) throw new NotSent(`${host} leads to an address that the store does not connect to.`);
  // Node tries them in turn
  const pinned: LookupFunction = (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: isIP(address) })),
    );
  const options: RequestOptions = {
    ...{ method: 'POST', host, path: `${pathname}${search}`, lookup: pinned, autoSelectFamily: true, agent: false },
    ...(port !== '' && { port }),
    headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    signal: AbortSignal.any([AbortSignal.timeout(answerMilliseconds), ...(signal ? [signal] : [])]),
  };
  const status = await statusOf(protocol === 'https:' ? requestHttps(options) : requestHttp(options), body);
  if (status >= 200 && status < 300) return;
  throw new NotSent(
    status >= 300 && status < 400
      ? `It answered ${status}, a redirect, which is not followed. Enter the address that it leads to.`
      : `It answered ${status}.`,
  );
};

const statusOf = (request: ReturnType<typeof requestHttp>, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request.on('error', (error) => reject(new NotSent(reasonOf(error), { cause: error })));
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.end(body);
  });

const reasonOf = (error: Error & { readonly code?: string }): string => {
  if (error.name === 'AbortError') return `It did not answer within ${answerMilliseconds / 1_000} s.`;
  if (error.code === 'ECONNREFUSED') return 'The connection was refused.';
  const isCertificate = /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(error.code ?? '');
  return isCertificate ? `Its certificate is not valid: ${error.code}.` : 'The connection failed.';
};
