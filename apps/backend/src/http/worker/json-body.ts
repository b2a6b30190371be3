import type { FastifyRequest } from 'fastify';
import { MalformedBodyError } from '../errors/malformed-body-error.ts';
import { bodyOf } from './sign-answers.ts';

/** @throws {MalformedBodyError} */
export const parseJson = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new MalformedBodyError('The body is not JSON. Run the same version on both sides.');
  }
};

export const jsonBodyOf = (request: FastifyRequest): unknown => parseJson(bodyOf(request));
