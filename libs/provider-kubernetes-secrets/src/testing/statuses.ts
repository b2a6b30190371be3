export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Details {
  readonly name?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly { readonly reason: string; readonly message: string; readonly field: string }[];
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export const failure = (
  code: number,
  reason: string,
  message: string,
  details?: Details,
  headers: Readonly<Record<string, string>> = {},
): FakeAnswer => ({
  status: code,
  headers,
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  },
});

const kind = 'secrets';

export const unauthorized = failure(401, 'Unauthorized', 'Unauthorized');

export const forbidden = (verb: string): FakeAnswer =>
  failure(403, 'Forbidden', `secrets is forbidden: User "store" cannot ${verb} resource "secrets" in API group ""`, {
    kind,
  });

export const notFound = (name: string): FakeAnswer =>
  failure(404, 'NotFound', `secrets "${name}" not found`, { name, kind });

export const noNamespace = (name: string): FakeAnswer =>
  failure(404, 'NotFound', `namespaces "${name}" not found`, { name, kind: 'namespaces' });

export const alreadyExists = (name: string): FakeAnswer =>
  failure(409, 'AlreadyExists', `secrets "${name}" already exists`, { name, kind });

/** Someone else wrote, or a precondition of a deletion does not hold. */
export const conflicted = (name: string): FakeAnswer =>
  failure(409, 'Conflict', `Operation cannot be fulfilled on secrets "${name}": the object has been modified`, {
    name,
    kind,
  });

/** A test of a JSON patch that does not hold, or a path in it that does not exist. */
export const patchRefused = failure(422, 'Invalid', 'the server rejected our request due to an error in our request');

export const immutable = (name: string): FakeAnswer =>
  failure(
    422,
    'Invalid',
    `Secret "${name}" is invalid: data: Forbidden: field is immutable when \`immutable\` is set`,
    {
      name,
      kind: 'Secret',
      causes: [
        {
          reason: 'FieldValueForbidden',
          message: 'Forbidden: field is immutable when `immutable` is set',
          field: 'data',
        },
      ],
    },
  );

export const tooManyRequests = (seconds: number): FakeAnswer =>
  failure(429, 'TooManyRequests', 'The server has received too many requests', {}, { 'Retry-After': String(seconds) });
