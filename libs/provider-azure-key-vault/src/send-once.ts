import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import https from 'node:https';
import type { PipelineRequest } from '@azure/core-rest-pipeline';
import { VaultProblemError } from '@secret-store/provider-sdk';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** It was sent twice, and may have been carried out twice. */
  readonly resent: boolean;
}

const maxAnswerBytes = 4 * 1024 * 1024;

/** One request and its answer, without a look at what either means. */
export async function sendOnce(request: PipelineRequest, agent: https.Agent, signal: AbortSignal): Promise<Answer> {
  const body = bodyOf(request);
  const settings = { method: request.method, signal, headers: request.headers.toJSON({ preserveCase: true }) };
  const first = await settle(request.url, { ...settings, agent }, body);
  if ('answer' in first) return first.answer;
  // The server closed a connection that was kept open, in the moment in which we took it up again.
  if (!first.reused || signal.aborted) throw first.error;
  const fresh = new https.Agent({ ...agent.options, keepAlive: false });
  const second = await settle(request.url, { ...settings, agent: fresh }, body);
  if ('answer' in second) return { ...second.answer, resent: true };
  throw second.error;
}

type Settled = { readonly answer: Answer } | { readonly error: unknown; readonly reused: boolean };

function settle(url: string, settings: https.RequestOptions, body: Buffer): Promise<Settled> {
  return new Promise((resolve) => {
    const request = https.request(url, settings, (response) => {
      readText(response).then(
        (text) => resolve({ answer: { status: response.statusCode ?? 0, headers: response.headers, text, resent: false } }),
        (error: unknown) => resolve({ error, reused: false }),
      );
    });
    request.on('error', (error) => resolve({ error, reused: request.reusedSocket }));
    request.end(body);
  });
}

/** Azure's clients send strings; whatever else the SDK could send is none of ours. */
function bodyOf({ body }: PipelineRequest): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  throw new TypeError('a body that is no text');
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    // A response without an encoding gives Buffers; Node types its chunks as any.
    const part: Buffer = chunk;
    bytes += part.length;
    if (bytes > maxAnswerBytes) {
      response.destroy();
      throw new VaultProblemError('unexpected-answer');
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}
