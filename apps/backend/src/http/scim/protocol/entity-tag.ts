import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { scimProblem } from './scim-errors.ts';

/** Weak: two representations with the same tag say the same. */
export const entityTag = (content: unknown): string =>
  `W/"${createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)}"`;

const named = (header: string | undefined, tag: string): boolean =>
  header !== undefined && header.split(',').some((one) => ['*', tag].includes(one.trim()));

/** Whether the client has the resource as it is already. */
export const isKnown = ({ headers }: FastifyRequest, tag: string): boolean => named(headers['if-none-match'], tag);

/** @throws {SCIMError} 412 where the client means another version than the present one */
export const requireMatch = ({ headers }: FastifyRequest, tag: string): void => {
  const wanted = headers['if-match'];
  if (wanted === undefined || named(wanted, tag)) return;
  throw scimProblem(
    412,
    null,
    'The resource has changed since you read it. Read it again, and send the request again.',
  );
};
