import { z } from 'zod';
import type { TestBackend } from '../../../http/testing/test-backend.ts';

const SetCookies = z.array(z.string());

interface Went {
  readonly to: string;
  readonly username: string | null;
}

/** One browser with its cookies, as far as signing in needs it. */
export class SignInBrowser {
  readonly #cookies = new Map<string, string>();
  readonly #backend: TestBackend;

  constructor(backend: TestBackend) {
    this.#backend = backend;
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  keep(header: unknown): void {
    for (const line of SetCookies.parse([header ?? []].flat())) {
      const [pair = ''] = line.split(';');
      const equals = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
  }

  /** Where the browser is sent. */
  async open(url: string): Promise<string> {
    const answer = await this.#backend.request({ url, headers: { cookie: this.cookie } });
    this.keep(answer.headers['set-cookie']);
    return String(answer.headers['location']);
  }

  async call(method: 'GET' | 'POST', name: string, payload?: object) {
    const headers = { cookie: this.cookie };
    const answer = await this.#backend.request({
      ...{ method, url: `/api/trpc/${name}`, headers },
      ...(payload !== undefined && { payload }),
    });
    this.keep(answer.headers['set-cookie']);
    return answer;
  }

  /** Opens it, and says who is signed in then. */
  async comesBack(url: string): Promise<Went> {
    const to = await this.open(url);
    const { text } = await this.call('GET', 'session.current');
    return { to, username: /"username":"([^"]+)"/.exec(text)?.[1] ?? null };
  }
}
