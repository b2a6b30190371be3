/** A stream's bytes; null when there are more than the limit. */
export const readLimited = async (
  stream: AsyncIterable<Uint8Array>,
  bytesMaximum: number,
): Promise<Uint8Array | null> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > bytesMaximum) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
