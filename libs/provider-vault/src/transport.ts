import http from 'node:http';
import https from 'node:https';
import { VaultError } from './vault-error.ts';

/** A request as node-vault hands it to its transport. */
export interface TransportRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly signal: AbortSignal;
}

/** An answer as node-vault expects it. `body` is undefined where it is not JSON. */
export interface TransportAnswer {
  readonly statusCode: number;
  readonly body: unknown;
  readonly request: { readonly path: string };
}

const maxAnswerBytes = 4 * 1024 * 1024;

/**
 * One request on a connection of its own. In the place of node-vault's transport, which follows redirects with the
 * token, takes its proxy and its certificate checks from the environment, and waits for ever.
 */
export async function sendRequest(options: TransportRequest): Promise<TransportAnswer> {
  const url = new URL(options.uri);
  const body = options.json === undefined ? undefined : Buffer.from(JSON.stringify(options.json));
  const settings: https.RequestOptions = {
    method: options.method,
    headers: {
      ...options.headers,
      Accept: 'application/json',
      ...(body && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
    },
    agent: false,
    rejectUnauthorized: true,
    signal: options.signal,
  };
  const send = url.protocol === 'https:' ? https.request : http.request;

  try {
    const { statusCode, text } = await new Promise<{ statusCode: number; text: string }>((resolve, reject) => {
      const request = send(url, settings, (response) => {
        readText(response).then((text) => resolve({ statusCode: response.statusCode ?? 0, text }), reject);
      });
      request.on('error', reject);
      request.end(body);
    });
    return { statusCode, body: parseJson(text), request: { path: url.pathname } };
  } catch (error) {
    if (error instanceof VaultError) throw error;
    if (options.signal.aborted) throw new VaultError('TIMEOUT');
    throw new VaultError('UNREACHABLE', systemCodeOf(error));
  }
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    // A response without an encoding gives Buffers; Node types its chunks as any.
    const part: Buffer = chunk;
    bytes += part.length;
    if (bytes > maxAnswerBytes) {
      response.destroy();
      throw new VaultError('UNEXPECTED', 'the answer is too large');
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
