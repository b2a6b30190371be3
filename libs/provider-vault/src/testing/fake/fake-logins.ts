import * as z from 'zod/mini';
import { denied, type FakeAnswer } from './fake-answer.ts';
import type { FakeTokenOptions, FakeTokens } from './fake-tokens.ts';

/** One role at one login mount: what is sent to it, and the token that it gives. */
export interface FakeRole {
  readonly mount: string;
  readonly body: Readonly<Record<string, string>>;
  readonly refusal: FakeAnswer;
  readonly token: FakeTokenOptions;
}

const loginBody = z.record(z.string(), z.string());

/** `auth/<mount>/login` of AppRole, Kubernetes and JWT. */
export class FakeLogins {
  readonly roles: FakeRole[] = [];
  readonly #tokens: FakeTokens;
  readonly #given: { readonly mount: string; readonly token: string }[] = [];

  constructor(tokens: FakeTokens) {
    this.#tokens = tokens;
  }

  answer(mount: string, body: unknown): FakeAnswer {
    const roles = this.roles.filter((role) => role.mount === mount);
    const [first] = roles;
    if (!first) return denied;
    const { data } = loginBody.safeParse(body);
    const role = roles.find((one) => Object.entries(one.body).every(([key, value]) => data?.[key] === value));
    if (!role) return first.refusal;
    const token = this.#tokens.make(role.token);
    this.#given.push({ mount, token });
    return this.#tokens.authAnswer(token);
  }

  /** Ends every token that logins at this mount gave. */
  end(mount: string): void {
    for (const given of this.#given) if (given.mount === mount) this.#tokens.revoke(given.token);
  }
}
