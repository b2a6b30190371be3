import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { LaunchedStore } from '../launched-store.ts';
import type { Person } from './record.ts';

/** Who calls: an API key, or the cookie of a session. */
export type Credential = Pick<Person, 'key'> | { readonly cookie: string };

export interface Answer {
  readonly status: number;
  /** null where there is none */
  readonly body: unknown;
}

const Identified = z.object({ id: z.string() });

/** A call with JSON or a form. */
export const call = async (
  { origin }: LaunchedStore,
  credential: Credential,
  [method, where]: readonly [method: string, where: string],
  body?: object,
): Promise<Answer> => {
  const answer = await fetch(`${origin}${where}`, {
    method,
    headers: {
      ...('key' in credential ? { authorization: `Simple ${credential.key}` } : { cookie: credential.cookie, origin }),
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
};

/**
 * A call that must do what it says.
 * @returns the id in its answer; '' where the answer has none
 */
export const succeed = async (...words: Parameters<typeof call>): Promise<string> => {
  const { status, body } = await call(...words);
  if (status >= 300) throw new Error(`${words[2].join(' ')} answered ${status}: ${JSON.stringify(body)}`);
  return Identified.safeParse(body).data?.id ?? '';
};

/** A module file, in the form that an upload takes. */
export const moduleForm = (bytes: Uint8Array, name: string): FormData => {
  const form = new FormData();
  form.append('provider', new Blob([new Uint8Array(bytes)]), name);
  return form;
};

/** As on the page: the cookie, or null where the store refuses. */
export const signIn = async (
  { origin }: LaunchedStore,
  { username, password }: Pick<Person, 'username' | 'password'>,
): Promise<string | null> => {
  const answer = await fetch(`${origin}/api/trpc/session.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ username, password }),
  });
  if (answer.status === 401) return null;
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  if (!answer.ok || cookies.length === 0) throw new Error(`signing in answered ${answer.status}`);
  return cookies.join('; ');
};

/** What `exec` passes on of its own environment; the rest is the algorithm's. */
const passedOn = /^(?:PATH|HOME|USER|SHELL|LANG|LC_.*|TZ|TMPDIR|TERM|PWD)$/;

/** The variables that a command gets from the store. Asynchronous: the vault may answer from this very process. */
export const execEnvironment = async (store: LaunchedStore, algorithm: string): Promise<Record<string, string>> => {
  const { stdout } = await promisify(execFile)(
    path.join(store.checkout, 'tools/secret-store'),
    ['exec', algorithm, '--', 'env', '-0'],
    { env: { ...process.env, SECRET_STORE_DATA_DIR: store.dataDirectory } },
  );
  const pairs = stdout.split('\0').flatMap((line) => {
    const [name = '', ...rest] = line.split('=');
    return name === '' || passedOn.test(name) ? [] : [[name, rest.join('=')] as const];
  });
  return Object.fromEntries(pairs);
};
