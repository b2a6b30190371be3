import { type Connections, parseJson, sendOnce } from '@secret-store/provider-sdk/http';

/** A request as node-vault hands it to its transport. */
export interface TransportRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly signal: AbortSignal;
}

export interface TransportAnswer {
  readonly status: number;
  /** undefined if it is not JSON */
  readonly body: unknown;
  /** the header, as it came */
  readonly retryAfter: string | undefined;
}

/**
 * Replaces node-vault's transport, which follows redirects with the token, takes its proxy and its certificate checks
 * from the environment, and waits without limit.
 */
export const sendRequest = async (
  { method, uri, headers, json, signal }: TransportRequest,
  connections: Connections,
): Promise<TransportAnswer> => {
  const content = json === undefined ? undefined : { body: JSON.stringify(json) };
  const answer = await sendOnce(
    {
      method,
      url: uri,
      headers: { ...headers, Accept: 'application/json', ...(content && { 'Content-Type': 'application/json' }) },
      ...content,
      signal,
    },
    connections,
  );
  return { status: answer.status, body: parseJson(answer.text), retryAfter: answer.headers['retry-after'] };
};
