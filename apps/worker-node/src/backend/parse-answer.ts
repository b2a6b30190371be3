import { z } from 'zod';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';

/** The form of a success that has this in it. */
export const answerWith = <Output>(data: z.ZodType<Output>) => z.object({ result: z.object({ data }) });

export const parseAnswer = <Output>(
  bytes: Uint8Array,
  schema: z.ZodType<{ readonly result: { readonly data: Output } }>,
): Output => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return readJson(text, schema).result.data;
};

export const readJson = <Output>(text: string, schema: z.ZodType<Output>): Output => {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new ResolveFailure(
      exitCode.unavailable,
      'the answer of the backend has an unknown form: run the same version on both sides',
      { cause: error },
    );
  }
};
