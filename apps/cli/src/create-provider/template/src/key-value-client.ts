import { type SecretContext, VaultProblemError } from '@secret-store/provider-sdk';
import { Deadline, HttpClient, readJson, requireSuccess } from '@secret-store/provider-sdk/http';
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

/** The server's HTTP interface. What an administrator can act on becomes a `VaultProblemError`. */
export class KeyValueClient {
  readonly #http = new HttpClient();
  readonly #base: string;
  readonly #accessToken: string;

  constructor({ serverUrl, accessToken }: TemplateConfiguration) {
    this.#base = `${serverUrl}/secrets`;
    this.#accessToken = accessToken;
  }

  /** Answers 200, 201, 204, 404 and 412; throws for everything else. */
  async send(method: 'GET' | 'PUT' | 'DELETE', path: string, context: SecretContext, change?: Change): Promise<Answer> {
    const answer = await this.#http.send(
      {
        method,
        url: `${this.#base}/${path}`,
        headers: { Authorization: `Bearer ${this.#accessToken}`, ...(change && conditions[change.condition]) },
        ...(change && { json: { value: change.value } }),
      },
      Deadline.of(context),
    );
    const { status, text } = answer;
    if (status === 404 || status === 412) return { status, body: null };
    requireSuccess(answer);
    return { status, body: text === '' ? null : readJson(answer) };
  }
}

export const unexpected = (): VaultProblemError => new VaultProblemError('unexpected-answer');
