export { connectionProblem } from './connection-problem.ts';
export { type ConnectionOptions, type Connections, openConnections } from './connections.ts';
export { Deadline } from './deadline.ts';
export { parseJson } from './parse-json.ts';
export { backoffMilliseconds, retryAfterMilliseconds } from './retry-after.ts';
export { RequestLimit } from './request-limit.ts';
export { type HttpAnswer, type HttpRequest, sendOnce } from './send-once.ts';
export { type Retries, sendWithRetries } from './send-with-retries.ts';
