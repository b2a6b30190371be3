import { expect, it } from 'vitest';
import { linesOf } from './lines-of.ts';

const linesOfParts = async (...parts: string[]): Promise<string[]> => {
  const each = async function* () {
    yield* parts;
  };
  const lines: string[] = [];
  for await (const line of linesOf(each())) lines.push(line);
  return lines;
};

it('a name with a line separator of Unicode stays in its line, also where the text comes in parts', async () => {
  const event = JSON.stringify({ name: 'a\u2028b\u2029c\u0085d' });
  const text = `${event}\n${event}\r\n\n${event}`;
  expect(await linesOfParts(text)).toEqual([event, event, '', event]);
  expect(await linesOfParts(...text)).toEqual([event, event, '', event]);
});
