import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import {
  type Certificates,
  endOf,
  hostOf,
  NotSent,
  pinnedLookup,
  type Reach,
  reasonOf,
  unanswered,
} from '../../outgoing/reach-outside.ts';

export interface Post extends Reach {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly certificates?: Certificates;
}

/** The receiver takes less at once. */
export class TooLarge extends NotSent {
  override readonly name = 'TooLarge';
}

/**
 * Posts to an address that an administrator named. Redirects are not followed, and nothing of the answer but its status is read.
 * @throws {NotSent}
 */
export const postOutside = async ({ url, headers, body, certificates, ...reach }: Post): Promise<void> => {
  const address = new URL(url);
  const { protocol, port, pathname, search } = address;
  const host = hostOf(address);
  const signal = endOf(reach);
  const options: RequestOptions & Certificates = {
    ...{ method: 'POST', host, path: `${pathname}${search}`, autoSelectFamily: true, agent: false },
    lookup: await pinnedLookup(host, { ...reach, signal }),
    ...(port !== '' && { port }),
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    signal,
    ...certificates,
  };
  const status = await statusOf(protocol === 'https:' ? requestHttps(options) : requestHttp(options), body);
  if (status >= 200 && status < 300) return;
  if (status === 413) throw new TooLarge('It answered 413: it takes no request of this size.');
  throw new NotSent(
    status >= 300 && status < 400
      ? `It answered ${status}, a redirect, which is not followed. Enter the address that it leads to.`
      : `It answered ${status}.`,
  );
};

const statusOf = (request: ReturnType<typeof requestHttp>, body: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request.on('error', (error) => reject(reasonOf(error)));
    request.on('close', () => reject(unanswered()));
    request.on('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.end(body);
  });
