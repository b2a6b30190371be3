import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { endOf, hostOf, NotSent, pinnedLookup, type Reach, reasonOf, unanswered } from './reach-outside.ts';

/** What an identity provider answers is far smaller. */
const answerBytesMaximum = 1024 * 1024;

interface Asked {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/**
 * Asks an address, and reads the answer. Redirects are not followed. An address of this machine is asked only at a host that an
 * administrator named, which is the one of `configured`.
 * @throws {NotSent}
 */
export const fetchOutside = async (
  url: string,
  { method = 'GET', headers = {}, body = '' }: Asked,
  { configured, ...reach }: Reach & { readonly configured: string },
): Promise<Response> => {
  const address = new URL(url);
  const { protocol, port, pathname, search } = address;
  const host = hostOf(address);
  const isConfigured = address.host === new URL(configured).host;
  if (protocol !== 'https:' && !(protocol === 'http:' && isConfigured))
    throw new NotSent(`${host} is not asked without TLS.`);
  const signal = endOf(reach);
  const options: RequestOptions = {
    ...{ method, host, path: `${pathname}${search}`, autoSelectFamily: true, agent: false },
    lookup: await pinnedLookup(host, { ...reach, signal }, isConfigured),
    ...(port !== '' && { port }),
    headers: { ...headers, ...(body !== '' && { 'content-length': Buffer.byteLength(body) }) },
    signal,
  };
  return answerOf(protocol === 'https:' ? requestHttps(options) : requestHttp(options), body);
};

const answerOf = (request: ReturnType<typeof requestHttp>, body: string): Promise<Response> =>
  new Promise((resolve, reject) => {
    request.on('error', (error) => reject(reasonOf(error)));
    const close = () => reject(unanswered());
    request.on('close', close);
    request.on('response', (response) => {
      // the connection may close before what it brought is read
      request.off('close', close);
      const status = response.statusCode ?? 0;
      if (status >= 300 && status < 400) {
        response.destroy();
        reject(new NotSent(`It answered ${status}, a redirect, which is not followed.`));
        return;
      }
      read(response, status).then(resolve, reject);
    });
    request.end(body);
  });

const read = async (response: IncomingMessage, status: number): Promise<Response> => {
  const bytes = await bodyOf(response).catch((error: Error) => {
    throw reasonOf(error);
  });
  try {
    return new Response(bytes.length === 0 ? null : bytes, { status, headers: headersOf(response) });
  } catch (error) {
    // a status that the standard does not know, or one that comes without a body
    throw new NotSent('Its answer could not be read.', { cause: error });
  }
};

const bodyOf = async (response: IncomingMessage): Promise<Buffer<ArrayBuffer>> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > answerBytesMaximum) {
      response.destroy();
      throw new NotSent('Its answer is too large.');
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
};

const headersOf = ({ headers }: IncomingMessage): Headers =>
  new Headers(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
