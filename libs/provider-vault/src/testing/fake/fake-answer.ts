export interface FakeAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export const missing: FakeAnswer = { status: 404, body: { errors: [] } };

/** For an invalid token, and for a login at a mount that does not exist. */
export const denied: FakeAnswer = { status: 403, body: { errors: ['permission denied'] } };

/** For a valid token without the right. */
export const deniedByPolicy: FakeAnswer = {
  status: 403,
  body: { errors: ['1 error occurred:\n\t* permission denied\n\n'] },
};

export const noNamespace: FakeAnswer = { status: 404, body: { errors: ['namespace not found'] } };

export const envelope = {
  request_id: '8f1c6c8e-3f0b-4b8e-9c80-5f0a1e3f9b1d',
  lease_id: '',
  renewable: false,
  lease_duration: 0,
  wrap_info: null,
  warnings: null,
  auth: null,
};
