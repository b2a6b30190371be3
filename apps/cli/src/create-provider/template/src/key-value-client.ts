import { VaultProblemError } from '@secret-store/provider-sdk';
import { connectionProblem } from './connection-problem.ts';
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

/** The host gives a call 10 s. To give up before that lets us say why. */
const timeoutMilliseconds = 8_000;

/** The server's HTTP interface. What an administrator can act on becomes a `VaultProblemError`. */
export class KeyValueClient {
  readonly #base: string;
  readonly #accessToken: string;

  constructor({ serverUrl, accessToken }: TemplateConfiguration) {
    this.#base = `${serverUrl}/secrets`;
    this.#accessToken = accessToken;
  }

  /** Answers 200, 201, 204, 404 and 412; throws for everything else. */
  async send(method: 'GET' | 'PUT' | 'DELETE', path: string, change?: Change): Promise<Answer> {
    let status: number;
    let text: string;
    try {
      const response = await fetch(`${this.#base}/${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${this.#accessToken}`,
          ...(change && { ...conditions[change.condition], 'Content-Type': 'application/json' }),
        },
        ...(change && { body: JSON.stringify({ value: change.value }) }),
        // following one would carry the token to another host
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMilliseconds),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw connectionProblem(error);
    }
    refuseProblems(status);
    return { status, body: text === '' ? null : parseJson(text) };
  }
}

export function unexpected(): VaultProblemError {
  return new VaultProblemError('unexpected-answer');
}

function refuseProblems(status: number): void {
  if (status >= 300 && status < 400) throw new VaultProblemError('redirected');
  if (status === 401) throw new VaultProblemError('not-authenticated');
  if (status === 403) throw new VaultProblemError('not-permitted');
  if (status === 413) throw new VaultProblemError('too-large');
  if (status === 429) throw new VaultProblemError('throttled');
  if (status >= 500) throw new VaultProblemError('unavailable');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // the cause would quote the answer, which may hold a value
    throw unexpected();
  }
}
