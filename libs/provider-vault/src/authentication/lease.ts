import * as z from 'zod/mini';
import { parseAnswer } from '../http/parse-answer.ts';

/** A token and its lifetime according to the server. */
export interface Lease {
  readonly token: string;
  /** From now; 0: it does not expire. */
  readonly seconds: number;
  readonly renewable: boolean;
}

const seconds = z.number().check(z.gte(0));
const loginAnswer = z.object({
  auth: z.object({
    client_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
    lease_duration: seconds,
    renewable: z.boolean(),
  }),
});
const lookupAnswer = z.object({
  data: z.object({ ttl: seconds, renewable: z.optional(z.boolean()), creation_ttl: z.optional(seconds) }),
});

/** The answer to a login or a renewal. */
export const leaseOfLogin = (body: unknown): Lease => {
  const { auth } = parseAnswer(loginAnswer, body);
  return { token: auth.client_token, seconds: auth.lease_duration, renewable: auth.renewable };
};

/** The answer to `auth/token/lookup-self`, with the lifetime that the token had when it was created. */
export const leaseOfLookup = (token: string, body: unknown): Lease & { readonly fullSeconds: number } => {
  const { data } = parseAnswer(lookupAnswer, body);
  const fullSeconds = Math.max(data.ttl, data.creation_ttl ?? 0);
  return { token, seconds: data.ttl, renewable: data.renewable ?? false, fullSeconds };
};
