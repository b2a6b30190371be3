import { anonymous, type Refusal } from '../audit/refusal-counter.ts';
import type { Dependencies } from '../dependencies.ts';

const unknown = 'unknown';
const slug = /^[a-z][a-z0-9_-]{0,63}$/;

/** Whether an account could have this name. */
export const isUsername = (text: string): boolean => slug.test(text);

/** What was typed as a name can be a password: it is told only where an account has that name. */
export const refusedSignIn = async (
  { db }: Pick<Dependencies, 'db'>,
  { username, address }: { readonly username: string; readonly address: string },
): Promise<Refusal> => {
  const { rows } = await db.pool.query<{ id: string }>({
    name: 'refused-sign-in',
    text: 'SELECT id FROM "user" WHERE username = $1',
    values: [isUsername(username) ? username : ''],
  });
  const id = rows[0]?.id;
  const subject = id === undefined ? { type: 'user', id: unknown } : { type: 'user', id, name: username };
  return { action: 'session.refuse', actor: anonymous, subject, address };
};

export const refusedKey = (address: string): Refusal => ({
  action: 'api-key.refuse',
  actor: anonymous,
  subject: { type: 'api-key', id: unknown },
  address,
});
