import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import type { BenchStore } from './bench-store.ts';
import { expectDone } from './store-client.ts';

// built to dist/tools/bench
const root = path.resolve(import.meta.dirname, '../../..');

const Browser = z.object({ CHROMIUM_PATH: z.string(), CHROMIUM_LIBS: z.string().optional() });

/** The browser of the browser tests. */
export const findChromium = (): { readonly file: string; readonly environment: Readonly<Record<string, string>> } => {
  const script =
    "import { browserEnvironment } from './tools/test/browser.mjs'; console.log(JSON.stringify(browserEnvironment()))";
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' });
  const found = Browser.parse({ ...process.env, ...z.object({}).loose().parse(JSON.parse(said)) });
  const { CHROMIUM_PATH: file, CHROMIUM_LIBS: libraries } = found;
  return { file, environment: libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries } };
};

export interface Cookie {
  readonly name: string;
  readonly value: string;
}

/** The session of a new administrator. */
export const signInToPanel = async ({ client, origin }: BenchStore): Promise<readonly Cookie[]> => {
  const person = { username: 'judge', password: randomBytes(16).toString('hex') };
  expectDone(await client.call('POST', '/v1/admin/users', { ...person, role: 'admin' }));
  const answer = await fetch(`${origin}/api/trpc/session.signIn`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(person),
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return answer.headers.getSetCookie().map((cookie) => {
    const [pair = ''] = cookie.split(';');
    const end = pair.indexOf('=');
    return { name: pair.slice(0, end), value: pair.slice(end + 1) };
  });
};
