import { VaultProblemError } from '@secret-store/provider-sdk';
import {
  backoffMilliseconds,
  Deadline,
  openConnections,
  parseJson,
  retryAfterMilliseconds,
  sendOnce,
  sendWithRetries,
} from '@secret-store/provider-sdk/http';
import type { TemplateConfiguration } from './template-configuration.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface Change {
  readonly value: string;
  readonly condition: 'must-be-new' | 'must-be-there';
}

const conditions = {
  'must-be-new': { 'If-None-Match': '*' },
  'must-be-there': { 'If-Match': '*' },
};

/** The host grants a call 10 s. Giving up earlier lets us report why. */
const callMilliseconds = 8_500;
const requestMilliseconds = 5_000;
const retries = 2;
const retryMilliseconds = 100;

/** The server's HTTP interface. What an administrator can act on becomes a `VaultProblemError`. */
export class KeyValueClient {
  readonly #connections = openConnections();
  readonly #base: string;
  readonly #accessToken: string;

  constructor({ serverUrl, accessToken }: TemplateConfiguration) {
    this.#base = `${serverUrl}/secrets`;
    this.#accessToken = accessToken;
  }

  /** Answers 200, 201, 204, 404 and 412; throws for everything else. */
  async send(method: 'GET' | 'PUT' | 'DELETE', path: string, change?: Change): Promise<Answer> {
    const request = {
      method,
      url: `${this.#base}/${path}`,
      headers: {
        Authorization: `Bearer ${this.#accessToken}`,
        ...(change && { ...conditions[change.condition], 'Content-Type': 'application/json' }),
      },
      ...(change && { body: JSON.stringify({ value: change.value }) }),
    };
    const deadline = new Deadline(callMilliseconds);
    const { answer } = await sendWithRetries(
      () => sendOnce({ ...request, signal: deadline.signal(requestMilliseconds) }, this.#connections),
      {
        deadline,
        retries,
        // only what was not carried out: after another error a write may have been
        pauseMilliseconds: ({ status, headers }, attempt) =>
          status === 429
            ? (retryAfterMilliseconds(headers) ?? backoffMilliseconds(attempt, retryMilliseconds))
            : undefined,
      },
    );
    refuseProblems(answer.status);
    return { status: answer.status, body: answer.text === '' ? null : jsonOf(answer.text) };
  }
}

export const unexpected = (): VaultProblemError => new VaultProblemError('unexpected-answer');

const refuseProblems = (status: number): void => {
  if (status >= 300 && status < 400) throw new VaultProblemError('redirected');
  if (status === 401) throw new VaultProblemError('not-authenticated');
  if (status === 403) throw new VaultProblemError('not-permitted');
  if (status === 413) throw new VaultProblemError('too-large');
  if (status === 429) throw new VaultProblemError('throttled');
  if (status >= 500) throw new VaultProblemError('unavailable');
};

const jsonOf = (text: string): unknown => {
  const body = parseJson(text);
  if (body === undefined) throw unexpected();
  return body;
};
