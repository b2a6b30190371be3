/**
 * The lines of a text that comes in parts, without their ends. Only `\n` and `\r\n` end one: JSON leaves U+2028 and U+2029 as they
 * are, and Node's readline, from version 24 on, ends a line there too.
 */
export const linesOf = async function* (parts: AsyncIterable<string>): AsyncGenerator<string, void> {
  let rest = '';
  for await (const part of parts) {
    const lines = (rest + part).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield withoutReturn(line);
  }
  if (rest !== '') yield withoutReturn(rest);
};

const withoutReturn = (line: string): string => line.replace(/\r$/, '');
