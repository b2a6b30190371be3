import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MalformedBodyError } from '../../errors/malformed-body-error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    // without the cause: it quotes the body
    throw new MalformedBodyError('The body is not JSON. Check its quotes, commas and encoding.');
  }
};

const nothing = (body: Buffer) => body.length === 0;

/** What has no body has no content type either, whatever the header says. */
const forgetContentTypeOfNothing = async ({ headers }: FastifyRequest): Promise<void> => {
  const length = headers['content-length'] ?? '0';
  if (length === '0' && headers['transfer-encoding'] === undefined) delete headers['content-type'];
};

/** JSON in, and an empty body with any content type. */
export const acceptJsonBodies = (app: FastifyInstance, contentTypes = ['application/json']): void => {
  app.removeAllContentTypeParsers();
  app.addHook('onRequest', forgetContentTypeOfNothing);
  app.addContentTypeParser<Buffer>(contentTypes, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
    nothing(body) ? undefined : parseJson(body),
  );
  app.addContentTypeParser<Buffer>('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
    if (nothing(body)) return undefined;
    throw new MalformedBodyError(
      `The body has the wrong content type. Send JSON with "content-type: ${contentTypes[0]}".`,
    );
  });
};
