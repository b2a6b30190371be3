import { ApiError } from '@secret-store/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** its body is large: it may take longer while enough of it arrives */
    readonly isUpload?: boolean;
  }
}

const tickSeconds = 5;
const bodySeconds = 60;
/** A module of 32 MiB has 35 minutes. */
const uploadBytesASecond = 16 * 1024;

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

const tooSlow = (): ApiError =>
  new ApiError(
    'InputValidationError',
    `The body did not arrive within ${bodySeconds} seconds. Send it faster, or look for what holds it up.`,
    { status: 408 },
  );

const end = ({ raw }: FastifyRequest, reply: FastifyReply): void => {
  if (reply.sent) raw.destroy();
  else void reply.header('connection', 'close').send(tooSlow());
};

const watch = (request: FastifyRequest, reply: FastifyReply): void => {
  const { raw } = request;
  const readBefore = raw.socket.bytesRead;
  const arrivesInTime = (seconds: number): boolean => {
    if (seconds < bodySeconds) return true;
    const floor = (seconds - bodySeconds) * uploadBytesASecond;
    return request.routeOptions.config.isUpload === true && raw.socket.bytesRead - readBefore > floor;
  };
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += tickSeconds;
    if (!raw.complete && arrivesInTime(seconds)) return;
    clearInterval(timer);
    if (!raw.complete) end(request, reply);
  }, tickSeconds * 1000);
  timer.unref();
  raw.once('close', () => clearInterval(timer));
};

/** A body has 60 seconds to arrive, also one that nobody reads any more; an upload goes on while it keeps a pace. */
export const endSlowBodies = (app: FastifyInstance): void => {
  app.addHook('onRequest', async (request, reply) => {
    if (hasBody(request)) watch(request, reply);
  });
  app.addHook('onResponse', async ({ raw }) => {
    // what is left of a refused body is thrown away: the connection may serve the next request
    if (!raw.complete) raw.resume();
  });
};
