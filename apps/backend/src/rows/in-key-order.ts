/** JSON in one order of its keys: PostgreSQL's jsonb keeps an order of its own. */
export const inKeyOrder = (json: unknown): unknown => {
  if (Array.isArray(json)) return ['array', ...json.map(inKeyOrder)];
  if (typeof json !== 'object' || json === null) return json;
  const fields = Object.entries(json).map(([key, field]): [string, unknown] => [key, inKeyOrder(field)]);
  return ['object', ...fields.sort(([left], [right]) => (left < right ? -1 : 1))];
};
