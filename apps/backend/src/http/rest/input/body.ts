import { z } from 'zod';

const isObject = (body: unknown): body is Readonly<Record<string, unknown>> =>
  typeof body === 'object' && body !== null && !Array.isArray(body);

/**
 * The body of a request whose answer is `answer`. Fields that only the answer has are ignored, so that what was fetched can be
 * sent back; any other field that the request does not have is refused with its name.
 */
export const bodyOf = <Request extends z.ZodObject>(request: Request, answer: z.ZodObject) => {
  const ignored = new Set(Object.keys(answer.shape).filter((name) => !(name in request.shape)));
  const withoutIgnored = (body: unknown): unknown =>
    isObject(body) ? Object.fromEntries(Object.entries(body).filter(([name]) => !ignored.has(name))) : body;
  return z.preprocess(withoutIgnored, request);
};
