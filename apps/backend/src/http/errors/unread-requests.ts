import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { ApiError } from '@secret-store/api';
import type { FastifyInstance } from 'fastify';
import { v7 as uuid } from 'uuid';
import { noSuchPath } from './answer-errors.ts';
import { errorBody } from './error-mapping.ts';

const invalid = (status: number, message: string) => new ApiError('InputValidationError', message, { status });

const errorOf = (code: string | undefined): ApiError => {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return invalid(431, 'Address and headers are too large: at most 16 KiB together. Send fewer or shorter ones.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return invalid(408, 'The request did not arrive in time. Send it again.');
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW')
    return invalid(413, 'The body is too large: its chunks have extensions.');
  return invalid(400, 'The request is not valid HTTP. Check its address, headers and body.');
};

const write = (socket: Socket, error: ApiError): void => {
  if (socket.destroyed || !socket.writable) return;
  const body = JSON.stringify(errorBody(error, uuid()));
  socket.end(
    [
      `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
};

/** What cannot be read as HTTP gets the body of every error, written to its connection. */
export const answerClientError = (error: Error & { readonly code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET') socket.destroy();
  else write(socket, errorOf(error.code));
};

/** What Node would answer by itself, without a body or not at all. */
export const answerOddRequests = (app: FastifyInstance): void => {
  const { server } = app;
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (_request, socket: Socket) => write(socket, noSuchPath()));
  app.addHook('onRequest', async ({ raw: { httpVersion, headers } }) => {
    if (httpVersion === '1.1' && headers.host === undefined) throw invalid(400, 'The request has no Host header.');
  });
};
