import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { denied, envelope, type FakeAnswer } from './fake-answer.ts';
import { type PolicyRules, everything } from './fake-policy.ts';

export interface FakeTokenOptions {
  readonly rules: PolicyRules;
  /** 0: it does not expire */
  readonly seconds?: number;
  readonly renewable?: boolean;
  /** from its creation, however often it is renewed */
  readonly maxSeconds?: number;
}

interface FakeToken extends Required<FakeTokenOptions> {
  readonly madeAt: number;
  endsAt: number;
}

/** The token store. Its time is `Date.now()`, which a test may hold and move. */
export class FakeTokens {
  readonly #tokens = new Map<string, FakeToken>();

  constructor(rootToken: string) {
    this.#tokens.set(rootToken, this.#made({ rules: everything, seconds: 0 }));
  }

  make(options: FakeTokenOptions): string {
    const token = `s.${randomUUID()}`;
    this.#tokens.set(token, this.#made(options));
    return token;
  }

  revoke(token: string): void {
    this.#tokens.delete(token);
  }

  /** What the token may do, or undefined if there is no such token any more. */
  rulesOf(token: string): PolicyRules | undefined {
    const found = this.#tokens.get(token);
    return found && Date.now() < found.endsAt ? found.rules : undefined;
  }

  /** `auth/token/…` for the token's own sake, which the default policy allows. */
  answer(token: string, action: string, body: unknown): FakeAnswer {
    const found = this.#tokens.get(token);
    if (!found) return denied;
    if (action === 'lookup-self') return { status: 200, body: { ...envelope, data: lookup(token, found) } };
    if (action !== 'renew-self') return { status: 404, body: { errors: ['unsupported path'] } };
    if (!found.renewable) return { status: 400, body: { errors: ['lease is not renewable'] } };
    const { data } = z.object({ increment: z.optional(z.number()) }).safeParse(body);
    found.endsAt = Math.min(
      Date.now() + (data?.increment ?? found.seconds) * 1_000,
      found.madeAt + found.maxSeconds * 1_000,
    );
    return this.authAnswer(token);
  }

  /** The answer to a login or a renewal that gave this token. */
  authAnswer(token: string): FakeAnswer {
    const found = this.#tokens.get(token);
    if (!found) return denied;
    const auth = {
      client_token: token,
      accessor: 'fake-accessor',
      policies: ['default'],
      token_policies: ['default'],
      metadata: {},
      lease_duration: secondsLeft(found),
      renewable: found.renewable,
      entity_id: '',
      token_type: 'service',
      orphan: true,
      mfa_requirement: null,
      num_uses: 0,
    };
    return { status: 200, body: { ...envelope, data: null, auth } };
  }

  #made({
    rules,
    seconds = 3_600,
    renewable = false,
    maxSeconds = Number.POSITIVE_INFINITY,
  }: FakeTokenOptions): FakeToken {
    const madeAt = Date.now();
    const endsAt = seconds === 0 ? Number.POSITIVE_INFINITY : madeAt + seconds * 1_000;
    return { rules, seconds, renewable, maxSeconds, madeAt, endsAt };
  }
}

const lookup = (token: string, found: FakeToken) => ({
  accessor: 'fake-accessor',
  creation_time: Math.floor(found.madeAt / 1_000),
  creation_ttl: found.seconds,
  display_name: 'token',
  entity_id: '',
  expire_time: found.seconds === 0 ? null : new Date(found.endsAt).toISOString(),
  explicit_max_ttl: 0,
  id: token,
  meta: null,
  num_uses: 0,
  orphan: true,
  path: 'auth/token/create',
  policies: ['default'],
  renewable: found.renewable,
  ttl: found.seconds === 0 ? 0 : secondsLeft(found),
  type: 'service',
});

const secondsLeft = ({ endsAt, seconds }: FakeToken): number =>
  seconds === 0 ? 0 : Math.max(0, Math.round((endsAt - Date.now()) / 1_000));
