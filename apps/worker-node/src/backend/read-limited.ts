/** The body of an answer; null when it is larger than the limit. */
export const readLimited = async (
  response: Response,
  bytesMaximum: number,
): Promise<Uint8Array<ArrayBuffer> | null> => {
  const body: AsyncIterable<Uint8Array> | [] = response.body ?? [];
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > bytesMaximum) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
