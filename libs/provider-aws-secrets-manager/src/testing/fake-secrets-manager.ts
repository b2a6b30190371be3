import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { failed, type FakeAnswer, FakeSecrets, type Input } from './fake-secrets.ts';
import { FakeTokens } from './fake-tokens.ts';
import { type SigningAccount, signatureProblem } from './verify-signature.ts';

export interface SeenRequest {
  readonly action: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** What a test puts in the place of an answer: an answer, or something that takes the connection. */
export type Intercept = (request: SeenRequest, response: http.ServerResponse) => FakeAnswer | 'taken' | 'pass';

const actionPrefix = 'secretsmanager.';

/** Secrets Manager as its clients see it, over HTTP: the JSON 1.1 protocol with Signature Version 4. */
export class FakeSecretsManager {
  readonly account: SigningAccount = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'fake/secret+access-key',
    region: 'eu-central-1',
  };
  readonly secrets = new FakeSecrets();
  readonly tokens = new FakeTokens(this.account);
  readonly requests: SeenRequest[] = [];
  #intercepts: Intercept[] = [];

  private constructor(
    readonly endpoint: string,
    private readonly server: http.Server,
  ) {}

  static async start(): Promise<FakeSecretsManager> {
    const server = http.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A TCP server that listens has an AddressInfo; the other types are for pipes and closed servers.
    const { port } = server.address() as AddressInfo;
    const fake = new FakeSecretsManager(`http://127.0.0.1:${port}`, server);
    server.on('request', (request, response) => void fake.#serve(request, response));
    return fake;
  }

  /** A configuration that it accepts. */
  get configuration(): Record<string, string> {
    const { accessKeyId, secretAccessKey, region } = this.account;
    return {
      aws_endpoint: this.endpoint,
      aws_region: region,
      aws_access_key_id: accessKeyId,
      aws_secret_access_key: secretAccessKey,
    };
  }

  /** Another one, with a token of the platform. */
  get roleConfiguration(): Record<string, string> {
    const { aws_endpoint = '', aws_region = '' } = this.configuration;
    return { aws_endpoint, aws_region, aws_sts_endpoint: this.endpoint, ...this.tokens.configuration };
  }

  /** Puts a secret there as other users of the account would. */
  put(Name: string, SecretString: string): void {
    this.secrets.answer('CreateSecret', { Name, SecretString, ClientRequestToken: Name });
  }

  /** Each intercept takes part in one request, in order. */
  intercept(...intercepts: Intercept[]): void {
    this.#intercepts.push(...intercepts);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** What AWS does with a request. Lets an intercept carry one out and then lose the answer. */
  answer({ action, body }: SeenRequest): FakeAnswer {
    // what the SDK sent
    return this.secrets.answer(action, JSON.parse(body) as Input);
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const target = String(request.headers['x-amz-target']);
    const body = await text(request);
    if (request.headers['content-type'] === 'application/x-www-form-urlencoded') {
      const { status, xml } = this.tokens.answer(new URLSearchParams(body));
      response.writeHead(status, { 'Content-Type': 'text/xml' }).end(xml);
      return;
    }
    const seen = { action: target.replace(actionPrefix, ''), headers: request.headers, body };
    this.requests.push(seen);
    const intercepted = this.#intercepts.shift()?.(seen, response) ?? 'pass';
    if (intercepted === 'taken') return;
    const { status, body: answer } = intercepted === 'pass' ? this.#answer(request, seen) : intercepted;
    response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-RequestId': 'fake' });
    response.end(JSON.stringify(answer));
  }

  #answer({ method, url }: http.IncomingMessage, seen: SeenRequest): FakeAnswer {
    const isProtocol =
      method === 'POST' && url === '/' && seen.headers['content-type'] === 'application/x-amz-json-1.1';
    if (!isProtocol) return failed('UnknownOperationException', 'not a request of this protocol');
    const problem = signatureProblem(seen, this.account);
    if (problem !== null) return failed(problem, 'The security token included in the request is invalid.');
    return this.answer(seen);
  }
}
