import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** The panel's build leaves such a file beside each script and style sheet: Brotli at its best takes too long for each request. */
const ending = '.br';
const hasOne = /^\/_next\/static\/[^?]+\.(js|css)$/;
const types: Readonly<Record<string, string>> = {
  js: 'application/javascript; charset=UTF-8',
  css: 'text/css; charset=UTF-8',
};

const takes = ({ 'accept-encoding': accepted = '', range }: IncomingHttpHeaders): boolean =>
  range === undefined && /\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(accepted));

/** Asks the panel for the compressed file where the browser takes it. */
export const askForCompressed = ({ raw }: FastifyRequest, _reply: FastifyReply, done: () => void): void => {
  if (raw.url !== undefined && hasOne.test(raw.url) && takes(raw.headers)) raw.url += ending;
  done();
};

interface Answered {
  readonly raw: { readonly url?: string | undefined };
}

/** Says of a compressed file what it is. Anything else, such as that there is no such file, is passed on as it is. */
export const describeCompressed = (headers: IncomingHttpHeaders, request?: Answered): IncomingHttpHeaders => {
  const url = request?.raw.url ?? '';
  const plain = url.slice(0, -ending.length);
  const [, type = ''] = url.endsWith(ending) ? (hasOne.exec(plain) ?? []) : [];
  const isFile =
    headers['content-type'] === undefined || headers['content-type'].startsWith('application/octet-stream');
  if (!isFile || types[type] === undefined) return headers;
  return { ...headers, 'content-type': types[type], 'content-encoding': 'br', vary: 'Accept-Encoding' };
};
