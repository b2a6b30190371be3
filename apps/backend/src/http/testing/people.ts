import type { Role } from '@secret-store/api';
import { z } from 'zod';
import type { TestBackend } from './test-backend.ts';

type Body = Readonly<Record<string, unknown>>;
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** A person with a key and sessions, as requests see them. */
export interface Person {
  readonly username: string;
  readonly password: string;
  readonly headers: { readonly authorization: string };
}

const host = '127.0.0.1:4000';
const Cookies = z.union([z.string(), z.array(z.string())]);
const ApiKey = z.object({ id: z.uuid(), key: z.string() });

/** Calls of people on a test's backend. */
export const peopleOf = (backend: TestBackend) => {
  const call = (headers: Readonly<Record<string, string>>, method: Method, url: string, body?: Body) =>
    backend.request({ method, url, headers, ...(body !== undefined && { payload: body }) });

  const signIn = async (username: string, password: string, remoteAddress = '127.0.0.1') => {
    const answer = await backend.request({
      method: 'POST',
      url: '/api/trpc/session.signIn',
      payload: { username, password },
      headers: { host, 'user-agent': 'a browser' },
      remoteAddress,
    });
    const lines = Cookies.parse(answer.headers['set-cookie'] ?? []);
    const cookie = [lines]
      .flat()
      .map((line) => line.split(';')[0])
      .join('; ');
    return { status: answer.status, headers: { cookie, host } };
  };

  return {
    call,
    signIn,
    administrator: { authorization: `Simple ${backend.administrator.apiKey}` },
    add: async (username: string, role: Role = 'user'): Promise<Person> => {
      const password = `${username}-password`;
      await backend.asAdministrator('POST', '/v1/admin/users', { username, password, role });
      const answer = await backend.asAdministrator('POST', `/v1/admin/users/${username}/keys`);
      return { username, password, headers: { authorization: `Simple ${ApiKey.parse(answer.json).key}` } };
    },
    newKey: async (headers: Readonly<Record<string, string>>, username: string, body: Body) => {
      const { id, key } = ApiKey.parse((await call(headers, 'POST', `/v1/users/${username}/keys`, body)).json);
      return { id, key, headers: { authorization: `Bearer ${key}` } };
    },
  };
};
