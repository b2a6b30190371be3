const stringLiteral = /"(?:[^"\\]|\\.)*"(\s*:)?/gs;

/**
 * Whether valid JSON text has a key `__proto__` at any depth, also written with escapes, and also in an object that a
 * later key of the same name replaces: what `JSON.parse` gives no longer shows that one.
 */
export const namesProtoKey = (json: string): boolean => {
  for (const [match, colon] of json.matchAll(stringLiteral)) {
    if (colon === undefined) continue;
    const key: unknown = JSON.parse(match.slice(0, match.length - colon.length));
    if (key === '__proto__') return true;
  }
  return false;
};
